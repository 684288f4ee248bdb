package org.margay.block;

import java.io.IOException;

/** An image is not what its format demands, or damaged: the one exception of format parsers. Its message is one line for people. */
public class ImageException extends IOException {
    private static final long serialVersionUID = 1;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
