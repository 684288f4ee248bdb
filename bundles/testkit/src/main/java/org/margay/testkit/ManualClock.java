package org.margay.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.margay.machine.SteppedClock;
import org.margay.machine.Timer;

/** A clock that stands still until a test moves it; due timers fire in the order of their deadlines. One thread only. */
public final class ManualClock implements SteppedClock {
    /** More firings than this in one step is taken for a device that re-arms its timer without end. */
    private static final int MAX_FIRINGS = 2_000_000;

    private final List<ManualTimer> armed = new ArrayList<>();
    private long now;

    /** @param now nanoseconds to begin with */
    public ManualClock(long now) {
        this.now = now;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Timer timer(Runnable action) {
        return new ManualTimer(action);
    }

    /** Moves on by some nanoseconds, firing what falls due at its very deadline. */
    public void advance(long nanos) {
        set(now + nanos);
    }

    @Override
    public void step(long nanos) {
        advance(nanos);
    }

    /** Moves on to a time in nanoseconds; one in the past only fires what is overdue. */
    @Override
    public void set(long target) {
        for (int firings = 0; ; firings++) {
            Optional<ManualTimer> due = armed.stream().min(Comparator.comparingLong(ManualTimer::deadline));
            if (due.isEmpty() || due.get().deadline > Math.max(target, now)) {
                break;
            }
            if (firings == MAX_FIRINGS) {
                throw new AssertionError("A timer fires without end");
            }
            now = Math.max(now, due.get().deadline);
            due.get().disarm();
            due.get().action.run();
        }
        now = Math.max(now, target);
    }

    @Override
    public long nextDeadline() {
        return armed.stream().mapToLong(ManualTimer::deadline).min().orElse(Timer.NEVER);
    }

    /** Deadlines of all armed timers, the next one first. */
    public List<Long> deadlines() {
        return armed.stream().map(ManualTimer::deadline).sorted().toList();
    }

    private final class ManualTimer implements Timer {
        private final Runnable action;
        private long deadline = NEVER;

        ManualTimer(Runnable action) {
            this.action = action;
        }

        @Override
        public void arm(long deadline) {
            disarm();
            this.deadline = deadline;
            if (deadline != NEVER) {
                armed.add(this);
            }
        }

        @Override
        public void disarm() {
            deadline = NEVER;
            armed.remove(this);
        }

        @Override
        public long deadline() {
            return deadline;
        }
    }
}
