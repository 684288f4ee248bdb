package org.margay.pvpanic.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class IsaPvpanicTest extends DeviceContract<IsaPvpanic.State> {
    private static IsaPvpanic.Panic plug(DeviceBench bench, int port, int events) {
        return new IsaPvpanic.Panic(bench.ports(), new IsaPvpanic.Properties(port, events), bench.machine());
    }

    @Override
    protected Device<IsaPvpanic.State> create(DeviceBench bench) {
        return plug(bench, 0x505, 3);
    }

    @Override
    protected Class<IsaPvpanic.State> stateType() {
        return IsaPvpanic.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<IsaPvpanic.State> device) {
        assertThat(bench.in(0x505)).isEqualTo(3);
    }

    /** There is nothing in the state that could be wrong. */
    @Override
    protected List<HostileState<IsaPvpanic.State>> hostileStates() {
        return List.of();
    }

    @Test
    void panicsAndCrashesAreTold() {
        DeviceBench bench = new DeviceBench();
        plug(bench, 0x505, 3);
        bench.out(0x505, 1);
        bench.out(0x505, 2);
        bench.out(0x505, 3);
        bench.out(0x505, 0xFC);
        bench.out(0x505, 0);
        assertThat(bench.machine().requests()).containsExactly("panic", "GUEST_CRASHLOADED Crash[action=run]", "panic");
    }

    @Test
    void eventsThatAreNotKnownMeanNothing() {
        DeviceBench bench = new DeviceBench();
        plug(bench, 0x600, 2);
        assertThat(bench.in(0x600)).isEqualTo(2);
        bench.out(0x600, 1);
        assertThat(bench.machine().requests()).isEmpty();
        assertThatThrownBy(() -> new IsaPvpanic.Properties(0x505, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pvpanic.events");
    }
}
