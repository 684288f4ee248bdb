package org.margay.virtio;

import org.margay.machine.Machine;

/**
 * Work of a device that is put off to the machine loop, off the vCPU's thread that asks for it: asked for any number of times, it
 * is done once. Whether it is asked for belongs to the saved state. Under the machine lock.
 */
public final class BottomHalf {
    private final Machine machine;
    private final Runnable work;
    private final Runnable turn = this::turn;
    private boolean pending;

    public BottomHalf(Machine machine, Runnable work) {
        this.machine = machine;
        this.work = work;
    }

    /** Has the work done soon. */
    public void schedule() {
        if (!pending) {
            pending = true;
            machine.later(turn);
        }
    }

    /** Whether it will be done soon. */
    public boolean pending() {
        return pending;
    }

    /** It need not be done any more. */
    public void cancel() {
        pending = false;
    }

    private void turn() {
        if (pending) {
            pending = false;
            work.run();
        }
    }
}
