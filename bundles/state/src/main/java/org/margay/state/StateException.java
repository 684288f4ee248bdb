package org.margay.state;

/** A saved state that can't be read: malformed, of another record or version, or refused by the record itself. */
public final class StateException extends Exception {
    private static final long serialVersionUID = 1;

    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
