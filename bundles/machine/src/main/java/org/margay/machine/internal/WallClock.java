package org.margay.machine.internal;

import java.time.Instant;

/** The host's time since 1970 UTC; it may jump when the host's clock is set. */
final class WallClock extends LoopClock {
    WallClock(MachineLoop loop) {
        super(loop);
    }

    @Override
    public long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    long until(long deadline) {
        return Math.min(deadline - nanos(), MachineLoop.WALL_CLOCK_CHECK);
    }
}
