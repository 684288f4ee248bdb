package org.margay.rtl8139.internal;

import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * A counter of PCI clocks that interrupts at a chosen value (RTL8139C+ data sheet, "Timer Count Register", "Timer
 * Interrupt Register"). 32 bits; it goes on when it has interrupted.
 */
final class TickTimer {
    /** Nanoseconds of a PCI clock at 33 MHz. */
    private static final long TICK = 30;

    private static final long TURN = 1L << 32;

    /**
     * Values of the two registers.
     *
     * @param start virtual nanoseconds at which the counter was 0
     * @param match where it interrupts; 0 for nowhere
     */
    record State(long start, int match) {
        State {
            if (start < 0) {
                throw new IllegalArgumentException("RTL8139 timer");
            }
        }
    }

    private final Clock clock;
    private final Timer timer;
    private final Runnable matched;
    private long start;
    private int match;

    TickTimer(Clock clock, Runnable matched) {
        this.clock = clock;
        this.matched = matched;
        this.timer = clock.timer(this::due);
    }

    void reset() {
        match = 0;
        restart();
    }

    int count() {
        return (int) ticks();
    }

    private long ticks() {
        return Math.floorDiv(clock.nanos() - start, TICK);
    }

    /** Any write of the counter sets it to 0. */
    void restart() {
        start = clock.nanos();
        arm();
    }

    int match() {
        return match;
    }

    void setMatch(int value) {
        match = value;
        arm();
    }

    private void due() {
        matched.run();
        arm();
    }

    private void arm() {
        if (match == 0) {
            timer.disarm();
            return;
        }
        long ticks = ticks();
        long distance = match - ticks & TURN - 1;
        timer.arm(start + TICK * (ticks + (distance == 0 ? TURN : distance)));
    }

    void close() {
        timer.disarm();
    }

    State save() {
        return new State(start, match);
    }

    void restore(State state) {
        start = state.start;
        match = state.match;
        arm();
    }
}
