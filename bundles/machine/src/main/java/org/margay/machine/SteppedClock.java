package org.margay.machine;

/** A virtual clock that stands until it is told to move: for tests and the qtest protocol. Under the machine lock. */
public interface SteppedClock extends Clock {
    /** Moves on by so many nanoseconds, firing each timer at its deadline on the way. */
    void step(long nanos);

    /** Moves on to a time, if it is ahead, firing each timer at its deadline on the way. */
    void set(long nanos);

    /** The earliest deadline of an armed timer, or {@link Timer#NEVER}. */
    long nextDeadline();
}
