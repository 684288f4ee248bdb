package org.margay.machine;

/** A wrong option or value, in one line that says which, why, and what would be right. */
public final class OptionException extends Exception {
    private static final long serialVersionUID = 1;

    public OptionException(String message) {
        super(message);
    }
}
