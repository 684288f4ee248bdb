package org.margay.block;

import java.io.IOException;

/** The host has no room for what was to be written (ENOSPC). Retrying helps once somebody has made room. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    public NoSpaceException(String message) {
        super(message);
    }
}
