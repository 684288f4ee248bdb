package org.margay.blkdebug.internal;

import java.io.IOException;
import org.margay.block.NoSpaceException;

/** Errors of Linux, by their numbers: asm-generic/errno-base.h and errno.h. */
final class Errno {
    static final int EIO = 5;

    private Errno() {}

    static IOException exception(int errno) {
        String text = switch (errno) {
            case 1 -> "Operation not permitted";
            case 2 -> "No such file or directory";
            case EIO -> "Input/output error";
            case 11 -> "Resource temporarily unavailable";
            case 12 -> "Cannot allocate memory";
            case 13 -> "Permission denied";
            case 16 -> "Device or resource busy";
            case 22 -> "Invalid argument";
            case 27 -> "File too large";
            case 28 -> "No space left on device";
            case 30 -> "Read-only file system";
            case 95 -> "Operation not supported";
            case 110 -> "Connection timed out";
            case 122 -> "Disk quota exceeded";
            case 123 -> "No medium found";
            default -> "Unknown error %d".formatted(errno);
        };
        boolean full = errno == 28 || errno == 122;
        return full ? new NoSpaceException(text) : new IOException(text);
    }
}
