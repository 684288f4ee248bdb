package org.margay.pc.internal.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class Port92Test extends DeviceContract<Port92.State> {
    @Override
    protected Device<Port92.State> create(DeviceBench bench) {
        return new Port92(
                bench.ports(), new A20Gate(List.of()), () -> bench.machine().requestReset(true));
    }

    @Override
    protected Class<Port92.State> stateType() {
        return Port92.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Port92.State> device) {
        assertThat(bench.in(0x92)).isEqualTo(0x02);
    }

    @Override
    protected List<HostileState<Port92.State>> hostileStates() {
        return List.of(good -> new Port92.State(0x100, true), good -> new Port92.State(2, true));
    }

    private final DeviceBench bench = new DeviceBench();

    @Test
    void aRisingBit0Resets() {
        create(bench);
        bench.out(0x92, 0x00);
        assertThat(bench.in(0x92)).isZero();
        assertThat(bench.machine().requests()).isEmpty();
        bench.out(0x92, 0x01);
        bench.out(0x92, 0x01);
        assertThat(bench.machine().requests()).containsExactly("reset by guest");
    }
}
