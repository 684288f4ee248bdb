package org.margay.block.internal.drive;

/**
 * Says whether a vCPU may write by itself. The host's memory takes what is written in microseconds, until too much in it is not on the disk yet:
 * then Linux has whoever writes wait, up to 200 ms each time. After such a write others do the waiting for a while. Under the machine lock.
 */
final class Patience {
    /** Longer than a write takes for which other threads had the processor, in nanoseconds. */
    private static final long LONG_WAIT = 10_000_000;

    /** So many times as long as it has waited a vCPU does not wait again. */
    private static final int RECOVERY = 20;

    private long resumesAt = Long.MIN_VALUE;

    /** @param now of a clock in nanoseconds, as all times here */
    boolean allows(long now) {
        return now >= resumesAt;
    }

    /** A write has ended. */
    void took(long begin, long end) {
        if (end - begin > LONG_WAIT) {
            resumesAt = end + RECOVERY * (end - begin);
        }
    }
}
