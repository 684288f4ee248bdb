package org.margay.machine.internal;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;

/** A clock whose timers the machine loop fires. */
abstract class LoopClock implements Clock {
    /** Timers fired in one turn of the loop: one that arms itself in the past must not keep the others out. */
    private static final int BATCH = 64;

    private final MachineLoop loop;
    /** Armed timers by deadline, equal ones in the order of arming. */
    private final TreeSet<LoopTimer> armed = new TreeSet<>();

    private long sequence;
    /** Deadline of the first armed timer; read without the lock by the loop before it parks. */
    private volatile long next = Timer.NEVER;

    LoopClock(MachineLoop loop) {
        this.loop = loop;
    }

    /** Real nanoseconds until the clock reads a deadline, or {@link Long#MAX_VALUE} when it stands. */
    abstract long until(long deadline);

    /** Real nanoseconds until the first timer is due, at most 0 when it is. */
    final long untilNext() {
        long deadline = next;
        return deadline == Timer.NEVER ? Long.MAX_VALUE : until(deadline);
    }

    /** The earliest deadline, or {@link Timer#NEVER}. */
    public final long nextDeadline() {
        return next;
    }

    /** Fires timers that are due. Under the lock. */
    void fireDue() {
        for (int i = 0; i < BATCH && next != Timer.NEVER && next <= nanos(); i++) {
            fireFirst();
        }
    }

    final void fireFirst() {
        LoopTimer first = armed.first();
        first.disarm();
        loop.guarded("timer", first.action);
    }

    @Override
    public final Timer timer(Runnable action) {
        return new LoopTimer(action);
    }

    /** The loop is to look at the deadlines again. Under the lock. */
    void changed() {
        loop.wake();
    }

    private void head() {
        next = armed.isEmpty() ? Timer.NEVER : armed.first().deadline;
    }

    /** A one-shot timer; in {@link #armed} while its deadline is set. */
    private final class LoopTimer implements Timer, Comparable<LoopTimer> {
        private final Runnable action;
        private long deadline = NEVER;
        private long order;

        LoopTimer(Runnable action) {
            this.action = action;
        }

        @Override
        public void arm(long newDeadline) {
            if (newDeadline == deadline) {
                return;
            }
            disarm();
            if (newDeadline == NEVER) {
                return;
            }
            deadline = newDeadline;
            order = sequence++;
            armed.add(this);
            if (newDeadline < next) {
                next = newDeadline;
                changed();
            }
        }

        @Override
        public void disarm() {
            if (deadline != NEVER) {
                armed.remove(this);
                deadline = NEVER;
                head();
            }
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public int compareTo(LoopTimer other) {
            int byDeadline = Long.compare(deadline, other.deadline);
            return byDeadline != 0 ? byDeadline : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
