package org.margay.firmware.internal.boot;

/** A kernel, initial RAM disk or BIOS image can't be used; the message says why, without the file's name. */
public final class ImageException extends Exception {
    private static final long serialVersionUID = 1;

    public ImageException(String message) {
        super(message);
    }
}
