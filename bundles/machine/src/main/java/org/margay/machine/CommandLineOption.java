package org.margay.machine;

/**
 * One command-line option, with its other spellings: a service in the bundle that knows what it means, named by {@link
 * OptionName}: "-m", "-nographic". A second dash in front is accepted for each.
 */
public interface CommandLineOption {
    /** Whether the next word is its value. */
    boolean takesValue();

    /** First line of its help, such as "-m [size=]megs". */
    String synopsis();

    /** What it does, one or a few lines. */
    String summary();

    /**
     * Puts what was asked for into the plan. Called in the order of the command line.
     *
     * @param value the next word, or "" when it takes none
     * @throws OptionException when the value is wrong, naming what would be right; the option's name is put before it
     */
    void apply(String value, MachinePlan plan) throws OptionException;
}
