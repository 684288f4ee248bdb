package org.margay.qtest.internal;

/** A command that can't be done; the text follows FAIL. */
final class QtestException extends Exception {
    private static final long serialVersionUID = 1;

    QtestException(String message) {
        super(message);
    }
}
