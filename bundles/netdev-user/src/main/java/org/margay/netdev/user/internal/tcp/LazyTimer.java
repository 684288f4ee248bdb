package org.margay.netdev.user.internal.tcp;

import org.margay.machine.Clock;
import org.margay.machine.Timer;

/** A timer that is mostly put off before it fires: the clock's own is only touched when it must fire earlier. */
final class LazyTimer {
    private final Clock clock;
    private final Timer timer;
    private final Runnable action;
    private long due = Timer.NEVER;

    LazyTimer(Clock clock, Runnable action) {
        this.clock = clock;
        this.action = action;
        timer = clock.timer(this::fire);
    }

    /** Fires so many nanoseconds from now, and not before. */
    void set(long delay) {
        due = clock.nanos() + delay;
        if (due < timer.deadline()) {
            timer.arm(due);
        }
    }

    /** Fires so many nanoseconds from now at the latest. */
    void setAtMost(long delay) {
        if (due == Timer.NEVER) {
            set(delay);
        }
    }

    void clear() {
        due = Timer.NEVER;
    }

    void close() {
        due = Timer.NEVER;
        timer.disarm();
    }

    private void fire() {
        if (due == Timer.NEVER) {
            return;
        }
        if (clock.nanos() < due) {
            timer.arm(due);
        } else {
            due = Timer.NEVER;
            action.run();
        }
    }
}
