package org.margay.pc.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.Timer;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class PitTest extends DeviceContract<Pit.State> {
    @Override
    protected Device<Pit.State> create(DeviceBench bench) {
        return new Pit(bench.ports(), bench.clock(), bench.line("irq0"));
    }

    @Override
    protected Class<Pit.State> stateType() {
        return Pit.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Pit.State> device) {
        // The data sheet leaves the counters undefined; ours wait for a count.
        bench.out(0x43, 0xEE);
        assertThat(IntStream.range(0, 3).map(i -> bench.in(0x40 + i)))
                .as("status: OUT high, null count, both bytes, mode 3")
                .containsOnly(0xF6);
        assertThat(bench.in(0x61) & 0x0F).isZero();
        assertThat(bench.line("irq0").high()).isTrue();
    }

    @Override
    protected List<HostileState<Pit.State>> hostileStates() {
        return List.of(
                good -> new Pit.State(good.channels(), 0x10),
                good -> new Pit.State(good.channels().subList(0, 2), 0),
                good -> new Pit.State(
                        List.of(good.channels().get(0), good.channels().get(1), future()), 0));
    }

    /** A counter that was started in the far future. */
    private static PitChannel.State future() {
        return new PitChannel.State(
                PitChannel.Access.LOW, 2, false, 100, 0, true, false, Long.MAX_VALUE, -1, -1, -1, -1, false);
    }

    private final DeviceBench bench = new DeviceBench();
    private final Pit pit = new Pit(bench.ports(), bench.clock(), bench.line("irq0"));

    /** Moves time to a number of clock pulses of the counter since the start. */
    private void toTick(long tick) {
        bench.machine().virtualClock().set(PitChannel.toNanos(tick));
    }

    private void program(int channel, int mode, int count) {
        bench.out(0x43, channel << 6 | 0x30 | mode << 1);
        bench.out(0x40 + channel, count & 0xFF);
        bench.out(0x40 + channel, count >> 8);
    }

    private int count(int channel) {
        bench.out(0x43, channel << 6);
        return bench.in(0x40 + channel) | bench.in(0x40 + channel) << 8;
    }

    /** Time that the test sets, with a timer that fires when the test says so: as a busy host's. */
    private static final class LateClock implements Clock {
        private long now;
        /** What each look at the clock costs. */
        private long haste;

        private Runnable action = () -> {};

        @Override
        public long nanos() {
            return now += haste;
        }

        @Override
        public Timer timer(Runnable timerAction) {
            action = timerAction;
            return new Timer() {
                private long armed = NEVER;

                @Override
                public void arm(long deadline) {
                    armed = deadline;
                }

                @Override
                public void disarm() {
                    armed = NEVER;
                }

                @Override
                public long deadline() {
                    return armed;
                }
            };
        }
    }

    @Test
    void aLateLoopLosesNoTick() {
        DeviceBench busy = new DeviceBench();
        LateClock clock = new LateClock();
        Pit late = new Pit(busy.ports(), clock, busy.line("irq0"));
        busy.out(0x43, 0x34);
        busy.out(0x40, 0);
        busy.out(0x40, 0);
        busy.line("irq0").takeRises();
        for (int tick = 1; tick <= 3; tick++) {
            clock.now = PitChannel.toNanos(tick * 0x10000L) + 100_000;
            clock.action.run();
            assertThat(busy.line("irq0").takeRises()).isEqualTo(1);
        }
        clock.now = PitChannel.toNanos(4 * 0x10000L) + 100_000;
        busy.out(0x43, 0x80); // some other access before the loop comes by
        clock.action.run();
        assertThat(busy.line("irq0").takeRises()).isEqualTo(1);
        late.close();
    }

    @Test
    void aShortCountIsNotOverlooked() {
        DeviceBench busy = new DeviceBench();
        LateClock clock = new LateClock();
        Pit late = new Pit(busy.ports(), clock, busy.line("irq0"));
        busy.out(0x43, 0x38); // mode 4
        busy.line("irq0").takeRises();
        clock.haste = 50_000;
        busy.out(0x40, 15);
        busy.out(0x40, 0);
        clock.action.run();
        assertThat(busy.line("irq0").takeRises()).isEqualTo(1);
        late.close();
    }

    private boolean irq() {
        return bench.line("irq0").high();
    }

    @Test
    void mode0InterruptsOnceAtTheTerminalCount() {
        program(0, 0, 1000);
        assertThat(irq()).isFalse();
        toTick(400);
        assertThat(count(0)).isEqualTo(600);
        toTick(999);
        assertThat(irq()).isFalse();
        toTick(1000);
        assertThat(irq()).isTrue();
        toTick(1010);
        assertThat(count(0)).as("goes on from FFFF").isEqualTo(0x10000 - 10);
        assertThat(bench.machine().deadlines()).isEmpty();
    }

    @Test
    void mode2GivesAnEdgeEachPeriod() {
        program(0, 2, 100);
        bench.takeRises();
        toTick(1000);
        assertThat(bench.takeRises()).containsEntry("irq0", 10);
        toTick(1030);
        assertThat(count(0)).isEqualTo(70);
        toTick(1099);
        assertThat(irq()).as("low for the last pulse").isFalse();
        toTick(1100);
        assertThat(irq()).isTrue();
    }

    @Test
    void mode2TakesANewCountAtTheEndOfThePeriod() {
        program(0, 2, 100);
        toTick(50);
        bench.out(0x40, 200);
        bench.out(0x40, 0);
        toTick(60);
        assertThat(count(0)).isEqualTo(40);
        toTick(110);
        assertThat(count(0)).isEqualTo(190);
    }

    @Test
    void mode3IsASquareWave() {
        program(0, 3, 10);
        assertThat(irq()).isTrue();
        toTick(4);
        assertThat(irq()).isTrue();
        toTick(5);
        assertThat(irq()).isFalse();
        toTick(10);
        assertThat(irq()).isTrue();
        toTick(11);
        assertThat(count(0)).as("counts by two").isEqualTo(8);
    }

    @Test
    void theGateOfCounter2IsBit0OfPort61() {
        program(2, 0, 1000);
        toTick(500);
        assertThat(count(2)).as("gate low: no counting").isEqualTo(1000);
        bench.out(0x61, 1);
        toTick(1499);
        assertThat(bench.in(0x61) & 0x20).isZero();
        toTick(1501);
        assertThat(bench.in(0x61) & 0x21).isEqualTo(0x21);
    }

    @Test
    void mode1IsStartedByTheGate() {
        program(2, 1, 100);
        toTick(300);
        assertThat(bench.in(0x61) & 0x20).isEqualTo(0x20);
        bench.out(0x61, 1);
        assertThat(bench.in(0x61) & 0x20).isZero();
        toTick(402);
        assertThat(bench.in(0x61) & 0x20).isEqualTo(0x20);
    }

    @Test
    void modes4And5StrobeForOnePulse() {
        program(0, 4, 50);
        assertThat(irq()).isTrue();
        toTick(50);
        assertThat(irq()).isFalse();
        toTick(51);
        assertThat(irq()).isTrue();
        assertThat(bench.machine().deadlines()).isEmpty();
    }

    @Test
    void latchedCountsWaitAndAreNotOverwritten() {
        program(0, 2, 1000);
        toTick(100);
        bench.out(0x43, 0x00);
        toTick(200);
        bench.out(0x43, 0x00);
        assertThat(bench.in(0x40) | bench.in(0x40) << 8).isEqualTo(900);
        assertThat(bench.in(0x40) | bench.in(0x40) << 8).as("no longer latched").isEqualTo(800);
    }

    @Test
    void readBackGivesStatusThenCount() {
        program(0, 2, 1000);
        toTick(10);
        bench.out(0x43, 0xC2);
        assertThat(bench.in(0x40)).as("OUT high, both bytes, mode 2").isEqualTo(0xB4);
        assertThat(bench.in(0x40) | bench.in(0x40) << 8).isEqualTo(990);
    }

    @Test
    void bcdCountsInDecimal() {
        bench.out(0x43, 0x35);
        bench.out(0x40, 0x00);
        bench.out(0x40, 0x10);
        toTick(1);
        bench.out(0x43, 0x00);
        assertThat(bench.in(0x40) | bench.in(0x40) << 8).isEqualTo(0x0999);
    }

    @Test
    void onlyLowOrHighByte() {
        bench.out(0x43, 0x14);
        bench.out(0x40, 100);
        toTick(1);
        assertThat(bench.in(0x40)).isEqualTo(99);
        assertThat(bench.in(0x40)).isEqualTo(99);
        bench.out(0x43, 0x24);
        bench.out(0x40, 2);
        assertThat(bench.in(0x40)).isEqualTo(2);
    }

    @Test
    void theRefreshBitToggles() {
        int first = bench.in(0x61) & 0x10;
        bench.advance(15_100);
        assertThat(bench.in(0x61) & 0x10).isNotEqualTo(first);
    }

    @Test
    void aLoadIsHeldWithoutTimersWhenNobodyIsTold() {
        program(1, 2, 18);
        assertThat(bench.machine().deadlines()).isEmpty();
        pit.close();
    }
}
