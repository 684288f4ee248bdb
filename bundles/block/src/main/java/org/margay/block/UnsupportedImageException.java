package org.margay.block;

/** The image is sound, but this is more than we, or its format, can do. */
public class UnsupportedImageException extends ImageException {
    private static final long serialVersionUID = 1;

    public UnsupportedImageException(String message) {
        super(message);
    }
}
