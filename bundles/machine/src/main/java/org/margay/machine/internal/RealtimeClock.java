package org.margay.machine.internal;

/** Nanoseconds since the machine was made, whatever the guest does. */
final class RealtimeClock extends LoopClock {
    private final long start = System.nanoTime();

    RealtimeClock(MachineLoop loop) {
        super(loop);
    }

    @Override
    public long nanos() {
        return System.nanoTime() - start;
    }

    @Override
    long until(long deadline) {
        return deadline - nanos();
    }
}
