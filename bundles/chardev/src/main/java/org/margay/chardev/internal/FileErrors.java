package org.margay.chardev.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in a few words why a file can't be opened. */
final class FileErrors {
    private FileErrors() {}

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException ignored -> "No such file or directory";
            case AccessDeniedException ignored -> "Permission denied";
            case FileSystemException fault when fault.getReason() != null -> fault.getReason();
            case FileNotFoundException fault -> String.valueOf(fault.getMessage());
            default -> String.valueOf(e.getMessage());
        };
    }
}
