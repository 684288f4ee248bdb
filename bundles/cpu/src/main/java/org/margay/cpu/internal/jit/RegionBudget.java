package org.margay.cpu.internal.jit;

/**
 * Regions that may be made early: so many a second, and after a quiet time some at once. HotSpot takes some 20 ms for each, on a host's
 * processor that the guest may want: while a guest boots only the hottest code is worth that, later all that runs now and then. Confined to
 * the vCPU's thread.
 */
final class RegionBudget {
    private static final long NANOS_EACH = 100_000_000;
    private static final long MOST = 100 * NANOS_EACH;

    /** Up to when time has been used, on {@link System#nanoTime}'s scale. */
    private long used = System.nanoTime();

    /** Whether there is time for another one, which is taken then. */
    boolean take() {
        long now = System.nanoTime();
        used = Math.max(used, now - MOST);
        if (used + NANOS_EACH > now) {
            return false;
        }
        used += NANOS_EACH;
        return true;
    }
}
