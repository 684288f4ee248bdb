package org.margay.machine.internal.option;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be had, in the words users know from other programs. */
final class Reasons {
    private Reasons() {}

    static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + ": No such file or directory";
            case AccessDeniedException e -> e.getFile() + ": Permission denied";
            case FileSystemException e -> e.getFile() + ": " + e.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
