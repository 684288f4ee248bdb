package org.margay.machine.internal;

import org.margay.machine.plan.InstructionCounting;

/**
 * Real time while the guest runs, and the shift with which virtual time would keep up with it (-icount shift=auto). Written under the
 * machine lock.
 */
final class RealPace {
    private static final int MAX_SHIFT = InstructionCounting.MAX_SHIFT;

    /** Nanoseconds between two changes of the shift. */
    private static final long PERIOD = 100_000_000;

    private volatile boolean running;

    /** {@link System#nanoTime} at which it would have read 0, or what it reads while it stands. */
    private volatile long reading;

    private int shift;
    private long lastLook;
    private long lastLead;

    RealPace(int shift) {
        this.shift = shift;
    }

    void setRunning(boolean run) {
        if (run != running) {
            reading = System.nanoTime() - reading;
            running = run;
        }
    }

    private long nanos() {
        return running ? System.nanoTime() - reading : reading;
    }

    /** How far virtual time is ahead. Any thread. */
    long lead(long virtual) {
        return virtual - nanos();
    }

    /**
     * The shift to go on with: one step at most, once in a while, and none when the lead shrinks by itself.
     *
     * @param virtual virtual time now
     */
    int shift(long virtual) {
        long real = nanos();
        if (real - lastLook < PERIOD) {
            return shift;
        }
        lastLook = real;
        long lead = virtual - real;
        boolean grows = Math.abs(lead) >= Math.abs(lastLead);
        lastLead = lead;
        if (Math.abs(lead) > PERIOD / 10 && grows) {
            shift = Math.clamp(shift + (lead > 0 ? -1 : 1), 0, MAX_SHIFT);
        }
        return shift;
    }
}
