package org.margay.machine;

/** A source of time and timers. Devices get theirs injected, so that a test steps time by hand. */
public interface Clock {
    /** Nanoseconds since the clock's start (virtual, real time) or since 1970 UTC (host). Any thread. */
    long nanos();

    /**
     * Makes a disarmed timer.
     *
     * @param action runs on the machine loop, under the machine lock, at or after the deadline
     */
    Timer timer(Runnable action);
}
