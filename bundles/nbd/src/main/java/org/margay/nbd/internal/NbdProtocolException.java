package org.margay.nbd.internal;

import java.io.IOException;

/** The server does not keep to the protocol. */
final class NbdProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    NbdProtocolException(String message) {
        super("NBD server: " + message);
    }
}
