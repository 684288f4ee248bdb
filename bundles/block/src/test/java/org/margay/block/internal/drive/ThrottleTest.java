package org.margay.block.internal.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.margay.block.drive.DriveOperation;
import org.margay.memory.IoVector;
import org.margay.testkit.ManualClock;

class ThrottleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TICK = 1_000_000L;

    private final ManualClock clock = new ManualClock(0);
    private final List<Pending> begun = new ArrayList<>();
    private final Throttle throttle = new Throttle(clock, begun::add);

    private static Pending read(int size) {
        return new Pending(new DriveOperation.Read(0, memory(size)), _ -> {}, 0);
    }

    private static Pending write(int size) {
        return new Pending(new DriveOperation.Write(0, memory(size)), _ -> {}, 0);
    }

    private static IoVector memory(int size) {
        return IoVector.of(Arena.ofAuto().allocate(size));
    }

    /** A guest that always has one operation under way. */
    private long bytesIn(int seconds, int size) {
        long bytes = 0;
        int waiting = 0;
        for (long now = 0; now < seconds * SECOND; now += TICK) {
            for (; waiting < 2; waiting++) {
                throttle.submit(write(size));
            }
            clock.advance(TICK);
            for (Pending pending : begun) {
                bytes += pending.cost();
                waiting--;
            }
            begun.clear();
        }
        return bytes;
    }

    @Test
    void aMegabyteASecondIsThat() {
        throttle.setLimits(Limits.of(1_000_000, 0, 0, 0, 0, 0));
        assertThat(bytesIn(10, 64 * 1024)).isCloseTo(10_000_000, Percentage.withPercentage(5));
    }

    @Test
    void operationsGreaterThanASecondsWorthPass() {
        throttle.setLimits(Limits.of(100_000, 0, 0, 0, 0, 0));
        assertThat(bytesIn(60, 1 << 20)).isCloseTo(6_000_000, Offset.offset(2L << 20));
    }

    @Test
    void operationsAreCounted() {
        throttle.setLimits(Limits.of(0, 0, 0, 50, 0, 0));
        assertThat(bytesIn(10, 512) / 512).isCloseTo(500, Percentage.withPercentage(5));
    }

    @Test
    void largeOperationsCountAsSeveral() {
        throttle.setLimits(new Limits(
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.of(50),
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                512));
        assertThat(bytesIn(20, 2048) / 2048).isCloseTo(250, Percentage.withPercentage(5));
    }

    @Test
    void readsDoNotWaitForWrites() {
        throttle.setLimits(Limits.of(0, 0, 1000, 0, 0, 0));
        throttle.submit(write(4096));
        throttle.submit(write(4096));
        throttle.submit(read(4096));
        assertThat(begun).hasSize(2);
        assertThat(begun.getLast().isRead()).isTrue();
        clock.advance(5 * SECOND);
        assertThat(begun).hasSize(3);
    }

    @Test
    void aBurstIsShort() {
        throttle.setLimits(new Limits(
                new Limits.Limit(1_000_000, 4_000_000, 2),
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                0));
        long burst = bytesIn(2, 64 * 1024);
        assertThat(burst).isBetween(7_000_000L, 9_000_000L);
        bytesIn(8, 64 * 1024);
        assertThat(bytesIn(10, 64 * 1024)).isCloseTo(10_000_000, Percentage.withPercentage(5));
    }

    @Test
    void aStandingClockHoldsAndNewLimitsLetGo() {
        throttle.setLimits(Limits.of(1000, 0, 0, 0, 0, 0));
        throttle.submit(write(1 << 20));
        throttle.submit(write(512));
        assertThat(begun).hasSize(1);
        throttle.setLimits(Limits.NONE);
        assertThat(begun).hasSize(2);
        assertThat(clock.deadlines()).isEmpty();
    }
}
