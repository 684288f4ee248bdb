package org.margay.cpu.internal.jit;

/**
 * Time for regions of code that is not very hot. Each region takes some of it, and HotSpot's compilers, who need it on a host's
 * processor that the guest may want, too: while a guest boots only the hottest code is worth that, later all that runs now and then.
 * Confined to the vCPU's thread.
 */
final class RegionBudget {
    private static final long NANOS_EACH = 50_000_000;
    private static final long MOST_SAVED = 100 * NANOS_EACH, MOST_OWED = 40 * NANOS_EACH;

    /** Up to when time is used, on {@link System#nanoTime}'s scale. */
    private long used = System.nanoTime();

    boolean hasTime() {
        return used + NANOS_EACH <= System.nanoTime();
    }

    /** A region is made, whether there is time or not. */
    void spend() {
        long now = System.nanoTime();
        used = Math.clamp(used, now - MOST_SAVED, now + MOST_OWED) + NANOS_EACH;
    }
}
