package org.margay.img.internal.arguments;

/** The command ends here, with a message and an exit code. */
public class ToolException extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    /** @param message without the program's name; lines are shown one by one */
    public ToolException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public ToolException(String message) {
        this(1, message);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The message. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
