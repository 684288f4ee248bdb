package org.margay.nbd.internal;

import java.io.IOException;

/** The connection ended before a request was answered: it may be sent again on another. */
final class ConnectionLostException extends IOException {
    private static final long serialVersionUID = 1;

    ConnectionLostException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
