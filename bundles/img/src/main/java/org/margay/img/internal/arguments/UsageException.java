package org.margay.img.internal.arguments;

/** The command line is wrong: help is pointed to. */
public final class UsageException extends ToolException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(1, message);
    }
}
