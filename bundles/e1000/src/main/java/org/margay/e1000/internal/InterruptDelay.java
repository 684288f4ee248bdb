package org.margay.e1000.internal;

import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * The two timers that hold an interrupt back so that one serves many packets (8254x manual, section 3.2.7.1): the packet timer
 * begins anew with each packet, the absolute timer runs on from the first. The first of them that expires gives the interrupt.
 */
final class InterruptDelay {
    /**
     * Deadlines in nanoseconds, {@link Timer#NEVER} for none.
     *
     * @param next when the clock calls; may be before both, as the packet timer is moved on without it
     */
    record State(long packet, long absolute, long next) {}

    private final Clock clock;
    private final Runnable expired;
    private final Timer timer;
    private long packet = Timer.NEVER;
    private long absolute = Timer.NEVER;

    InterruptDelay(Clock clock, Runnable expired) {
        this.clock = clock;
        this.expired = expired;
        timer = clock.timer(this::fired);
    }

    /**
     * A packet came.
     *
     * @param delay nanoseconds from the last packet to the interrupt
     * @param limit nanoseconds from the first packet to the interrupt; 0 for no limit
     */
    void start(long delay, long limit) {
        long now = clock.nanos();
        packet = now + delay;
        if (absolute == Timer.NEVER && limit != 0) {
            absolute = now + limit;
        }
        long due = due();
        if (timer.deadline() > due) {
            timer.arm(due);
        }
    }

    boolean running() {
        return due() != Timer.NEVER;
    }

    void cancel() {
        packet = Timer.NEVER;
        absolute = Timer.NEVER;
        timer.disarm();
    }

    private long due() {
        return Math.min(packet, absolute);
    }

    private void fired() {
        long due = due();
        if (clock.nanos() < due) {
            timer.arm(due);
        } else {
            cancel();
            expired.run();
        }
    }

    State save() {
        return new State(packet, absolute, timer.deadline());
    }

    void restore(State state) {
        packet = state.packet;
        absolute = state.absolute;
        timer.arm(state.next);
    }
}
