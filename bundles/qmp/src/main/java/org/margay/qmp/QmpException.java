package org.margay.qmp;

/** What a command answers when it can't do its work: a class for programs and a text for people. */
public class QmpException extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorClass errorClass;

    public QmpException(ErrorClass errorClass, String description) {
        super(description);
        this.errorClass = errorClass;
    }

    /** A {@link ErrorClass#GenericError}. */
    public QmpException(String description) {
        this(ErrorClass.GenericError, description);
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** The text that goes to the client. */
    public String description() {
        return String.valueOf(getMessage());
    }
}
