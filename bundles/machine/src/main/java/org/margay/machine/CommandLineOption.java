package org.margay.machine;

import java.util.List;

/** One command-line option: a service in the bundle that knows what it means. */
public interface CommandLineOption {
    /** Its spellings with one leading dash: "-m", "-nographic". "--m" is accepted for each. */
    List<String> names();

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
     * @throws OptionException when the value is wrong, naming what would be right
     */
    void apply(String value, MachinePlan plan) throws OptionException;
}
