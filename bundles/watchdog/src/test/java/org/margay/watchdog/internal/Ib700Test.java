package org.margay.watchdog.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class Ib700Test extends DeviceContract<Ib700.State> {
    private static final int STOP = 0x441;
    private static final int START = 0x443;
    private static final long SECOND = 1_000_000_000;
    private static final String EXPIRED = "WATCHDOG Data[action=reset]";

    private final DeviceBench bench = new DeviceBench();
    private final Device<Ib700.State> watchdog = create(bench);

    @Override
    protected Device<Ib700.State> create(DeviceBench bench) {
        return new Ib700.Watchdog(bench.ports(), bench.machine());
    }

    @Override
    protected Class<Ib700.State> stateType() {
        return Ib700.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Ib700.State> device) {
        assertThat(bench.machine().deadlines()).isEmpty();
        assertThat(bench.in(STOP)).isEqualTo(0xFF);
        assertThat(bench.in(START)).isEqualTo(0xFF);
    }

    @Override
    protected List<HostileState<Ib700.State>> hostileStates() {
        return List.of(_ -> new Ib700.State(-1), _ -> new Ib700.State(31 * SECOND));
    }

    @Test
    void theTimeIsThirtySecondsLessTwoForEachStep() {
        for (int step = 0; step < 16; step++) {
            bench.out(START, 0xF0 | step);
            assertThat(bench.machine().deadlines())
                    .containsExactly(bench.clock().nanos() + (30 - 2 * step) * SECOND);
            bench.advance(1);
        }
        bench.advance(SECOND);
        assertThat(bench.machine().requests()).containsExactly(EXPIRED, "reset by guest");
        bench.advance(100 * SECOND);
        assertThat(bench.machine().requests()).as("once").hasSize(2);
    }

    @Test
    void fedInTimeItDoesNotExpire() {
        for (int i = 0; i < 10; i++) {
            bench.out(START, 0);
            bench.advance(29 * SECOND);
        }
        bench.out(STOP, 0);
        bench.advance(100 * SECOND);
        assertThat(bench.machine().requests()).isEmpty();
        bench.out(START, 14);
        bench.advance(2 * SECOND - 1);
        assertThat(bench.machine().requests()).isEmpty();
        bench.advance(1);
        assertThat(bench.machine().requests()).contains(EXPIRED);
    }

    @Test
    void resetStopsIt() {
        bench.out(START, 0);
        watchdog.reset();
        bench.advance(100 * SECOND);
        assertThat(bench.machine().requests()).isEmpty();
    }
}
