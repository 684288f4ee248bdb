package org.margay.machine;

/** A wrong option or value, in one line that says which, why, and what would be right; or the help that was asked for. */
public final class OptionException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean help;

    public OptionException(String message) {
        this(message, false);
    }

    private OptionException(String message, boolean help) {
        super(message);
        this.help = help;
    }

    /** No mistake: the text, of any number of lines, is printed and the process ends well, as for "-device help". */
    public static OptionException help(String text) {
        return new OptionException(text, true);
    }

    /** Whether the message is help that was asked for. */
    public boolean isHelp() {
        return help;
    }
}
