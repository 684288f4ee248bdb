package org.margay.machine;

/** Fires once at a deadline on its {@link Clock}. Under the machine lock only. */
public interface Timer {
    /** {@link #deadline()} of a timer that is not armed. */
    long NEVER = Long.MAX_VALUE;

    /** Sets the deadline, in nanoseconds of the clock; one in the past fires as soon as the loop comes by. */
    void arm(long deadline);

    void disarm();

    /** Nanoseconds of the clock, or {@link #NEVER}. */
    long deadline();

    default boolean armed() {
        return deadline() != NEVER;
    }
}
