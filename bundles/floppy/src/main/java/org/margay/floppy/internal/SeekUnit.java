package org.margay.floppy.internal;

import org.margay.machine.Clock;
import org.margay.machine.Timer;

/** How the controller moves the heads of one of the four drives that it can have; a drive is there or not. */
final class SeekUnit {
    /** No result waits for SENSE INTERRUPT STATUS. */
    static final int NONE = -1;

    private final Timer timer;
    private final Clock clock;
    private int cylinder;
    private int target;
    private int status = NONE;
    private int result = NONE;

    /**
     * What the guest can see.
     *
     * @param cylinder where the controller takes the heads to be
     * @param target where they go
     * @param status what SENSE INTERRUPT STATUS will tell when they are there
     * @param result what it will tell now, or NONE
     * @param deadline when they are there, in virtual nanoseconds, or {@link Timer#NEVER}
     */
    record State(int cylinder, int target, int status, int result, long deadline) {
        State {
            if (((cylinder | target) & ~0xFF) != 0 || !isStatus(status) || !isStatus(result) || deadline < 0) {
                throw new IllegalArgumentException("seek");
            }
        }

        private static boolean isStatus(int value) {
            return value == NONE || (value & ~0xFF) == 0;
        }
    }

    /** @param arrived called when the heads are there */
    SeekUnit(Clock clock, Runnable arrived) {
        this.clock = clock;
        this.timer = clock.timer(() -> {
            cylinder = target;
            result = status;
            arrived.run();
        });
    }

    int cylinder() {
        return cylinder;
    }

    boolean moving() {
        return timer.armed();
    }

    /** Moving, or there and not told yet. */
    boolean busy() {
        return moving() || result != NONE;
    }

    boolean done() {
        return result != NONE;
    }

    /** Starts; it takes some nanoseconds. */
    void start(int to, int statusThen, long nanos) {
        target = to;
        status = statusThen;
        result = NONE;
        timer.arm(clock.nanos() + nanos);
    }

    /** The result, which is told once. */
    int take() {
        int taken = result;
        result = NONE;
        return taken;
    }

    /** Ready has changed, as it does to all drives by a reset. */
    void readyChanged(int told) {
        result = told;
    }

    void setCylinder(int now) {
        cylinder = now;
    }

    void stop() {
        timer.disarm();
        result = NONE;
        status = NONE;
    }

    void reset() {
        stop();
        cylinder = 0;
        target = 0;
    }

    State save() {
        return new State(cylinder, target, status, result, timer.deadline());
    }

    void restore(State state) {
        cylinder = state.cylinder;
        target = state.target;
        status = state.status;
        result = state.result;
        timer.arm(state.deadline);
    }
}
