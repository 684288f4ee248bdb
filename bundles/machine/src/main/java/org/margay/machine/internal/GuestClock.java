package org.margay.machine.internal;

import org.margay.machine.SteppedClock;

/** A virtual clock. */
abstract sealed class GuestClock extends LoopClock permits GuestClock.Running, GuestClock.Stepped, InstructionClock {
    GuestClock(MachineLoop loop) {
        super(loop);
    }

    /** Lets the clock go or stand. Under the lock; repeating it changes nothing. */
    abstract void setRunning(boolean running);

    /** The vCPUs stand in a machine that runs, or do not any more. Under the lock. */
    void setSuspended(boolean suspended) {}

    /** The usual one: it goes with real time while the guest runs. */
    static final class Running extends GuestClock {
        /** What the clock reads while it stands, or the {@link System#nanoTime} at which it would have read 0. */
        private record Reading(boolean running, long nanos) {}

        private volatile Reading reading = new Reading(false, 0);

        Running(MachineLoop loop) {
            super(loop);
        }

        @Override
        public long nanos() {
            Reading now = reading;
            return now.running ? System.nanoTime() - now.nanos : now.nanos;
        }

        @Override
        void setRunning(boolean running) {
            if (running != reading.running) {
                // The same difference turns a reading into an origin and back.
                reading = new Reading(running, System.nanoTime() - reading.nanos);
                changed();
            }
        }

        @Override
        long until(long deadline) {
            return reading.running ? deadline - nanos() : Long.MAX_VALUE;
        }

        @Override
        void fireDue() {
            if (reading.running) {
                super.fireDue();
            }
        }
    }

    /** Stands until told to move, whether the guest runs or not. */
    static final class Stepped extends GuestClock implements SteppedClock {
        /** Timers fired without time moving on: one that arms itself in the past must not hang the step. */
        private static final int PATIENCE = 10_000;

        private volatile long now;

        Stepped(MachineLoop loop) {
            super(loop);
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        void setRunning(boolean running) {
            // Only steps move it.
        }

        @Override
        long until(long deadline) {
            return deadline <= now ? 0 : Long.MAX_VALUE;
        }

        @Override
        public void step(long nanos) {
            set(Math.addExact(now, Math.max(0, nanos)));
        }

        @Override
        public void set(long nanos) {
            long target = Math.max(now, nanos);
            int patience = PATIENCE;
            while (nextDeadline() <= target && patience > 0) {
                patience = nextDeadline() > now ? PATIENCE : patience - 1;
                now = Math.max(now, nextDeadline());
                fireFirst();
            }
            now = target;
        }
    }
}
