package org.margay.cpu.internal.apic;

import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * The timer of a local APIC (SDM vol. 3, 11.5.4): counts down at one count a nanosecond, divided. Under the machine
 * lock.
 */
final class ApicTimer {
    /** Modes of the timer's local vector, bits 17-18. */
    private static final int PERIODIC = 1, TSC_DEADLINE = 2;

    /**
     * A guest that asks for shorter periods gets one interrupt in this time, in nanoseconds: the loop must not starve.
     */
    private static final long SHORTEST_PERIOD = 20_000;

    private final Clock clock;
    private final Timer timer;
    private final Runnable expired;

    private int mode;
    private int initialCount;
    private int divide;
    private long start;
    private long deadline = -1;

    /** A count is under way; the time alone does not tell, as the loop may be late to fire. */
    private boolean counting;

    ApicTimer(Clock clock, Runnable expired) {
        this.clock = clock;
        this.expired = expired;
        this.timer = clock.timer(this::fire);
    }

    void reset() {
        mode = 0;
        initialCount = 0;
        divide = 0;
        start = 0;
        deadline = -1;
        counting = false;
        timer.disarm();
    }

    boolean isCounting() {
        return counting;
    }

    int initialCount() {
        return initialCount;
    }

    int divide() {
        return divide;
    }

    long start() {
        return start;
    }

    /** Nanoseconds of the clock, or -1. */
    long deadline() {
        return deadline;
    }

    void restore(int mode, int initialCount, int divide, long start, long deadline, boolean counting) {
        this.mode = mode;
        this.initialCount = initialCount;
        this.divide = divide;
        this.start = Math.min(start, clock.nanos());
        this.deadline = deadline;
        this.counting = counting && initialCount != 0;
        arm();
    }

    /** @param mode bits 17-18 of the local vector: one-shot, periodic or TSC-deadline */
    void setMode(int mode) {
        if (this.mode == mode) {
            return;
        }
        boolean changesKind = this.mode == TSC_DEADLINE || mode == TSC_DEADLINE;
        this.mode = mode;
        if (changesKind) {
            initialCount = 0;
            counting = false;
            deadline = -1;
        }
        arm();
    }

    void setInitialCount(int count) {
        if (mode == TSC_DEADLINE) {
            return;
        }
        initialCount = count;
        counting = count != 0;
        start = clock.nanos();
        arm();
    }

    void setDivide(int register) {
        int count = currentCount();
        divide = register & 0xB;
        if (count != 0) {
            // The rest of the count goes on at the new speed.
            start = clock.nanos() - (count() - (count & 0xFFFF_FFFFL)) * divisor();
            start = Math.max(0, start);
        }
        arm();
    }

    /** @param nanos of the clock; 0 disarms. Ignored in the other modes */
    void setDeadline(long nanos) {
        if (mode == TSC_DEADLINE) {
            deadline = nanos <= 0 ? -1 : nanos;
            arm();
        }
    }

    boolean isDeadlineMode() {
        return mode == TSC_DEADLINE;
    }

    int currentCount() {
        if (initialCount == 0 || mode == TSC_DEADLINE) {
            return 0;
        }
        long counted = (clock.nanos() - start) / divisor();
        if (mode == PERIODIC) {
            return (int) (count() - counted % count());
        }
        return counted >= count() ? 0 : (int) (count() - counted);
    }

    void close() {
        timer.disarm();
    }

    private long count() {
        return initialCount & 0xFFFF_FFFFL;
    }

    /** Divide configuration (SDM vol. 3, figure 11-10): bits 0, 1 and 3 give 2, 4, ... 128, then 1. */
    private int divisor() {
        int code = divide & 3 | divide >>> 1 & 4;
        return code == 7 ? 1 : 2 << code;
    }

    private void arm() {
        if (mode == TSC_DEADLINE) {
            armAt(deadline < 0 ? Timer.NEVER : deadline);
        } else if (!counting) {
            timer.disarm();
        } else {
            long period = count() * divisor();
            long whole = mode == PERIODIC ? (clock.nanos() - start) / period : 0;
            armAt(start + (whole + 1) * period);
        }
    }

    private void armAt(long nanos) {
        if (nanos == Timer.NEVER) {
            timer.disarm();
        } else {
            timer.arm(nanos);
        }
    }

    private void fire() {
        if (mode == TSC_DEADLINE) {
            deadline = -1;
        } else if (mode == PERIODIC) {
            long period = count() * divisor();
            long now = clock.nanos();
            long earliest = Math.max(now, timerFloor(now, period));
            armAt(start + ((earliest - start) / period + 1) * period);
        } else {
            counting = false;
        }
        expired.run();
    }

    private static long timerFloor(long now, long period) {
        return period < SHORTEST_PERIOD ? now + SHORTEST_PERIOD - period : now;
    }
}
