package org.margay.debug.exit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class IsaDebugExitTest extends DeviceContract<IsaDebugExit.State> {
    private static IsaDebugExit.Properties bind(Map<String, String> said) throws DeviceException {
        return new PropertyBinder<>(IsaDebugExit.Properties.class, Wording.ofDevice("isa-debug-exit")).bind(said);
    }

    private static IsaDebugExit.Exit plug(DeviceBench bench, Map<String, String> said) {
        try {
            return new IsaDebugExit.Exit(bench.ports(), bind(said), bench.machine());
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Device<IsaDebugExit.State> create(DeviceBench bench) {
        return plug(bench, Map.of());
    }

    @Override
    protected Class<IsaDebugExit.State> stateType() {
        return IsaDebugExit.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<IsaDebugExit.State> device) {
        assertThat(bench.in(0x501)).isZero();
        assertThat(bench.in(0x502)).isZero();
        assertThat(bench.in(0x503)).as("nothing there").isEqualTo(0xFF);
    }

    /** There is nothing in the state that could be wrong. */
    @Override
    protected List<HostileState<IsaDebugExit.State>> hostileStates() {
        return List.of();
    }

    @Test
    void theExitCodeIsTheValueDoubledAndOdd() {
        DeviceBench bench = new DeviceBench();
        plug(bench, Map.of());
        assertThat(bench.in(0x501)).isZero();
        assertThat(bench.machine().requests()).isEmpty();
        bench.out(0x501, 0);
        bench.out(0x501, 0x10);
        bench.out(0x502, 0x20);
        bench.out(0x501, 2, 0x1234);
        assertThat(bench.machine().requests()).containsExactly("exit 1", "exit 33", "exit 65", "exit 9321");
    }

    @Test
    void portsAreWhereTheUserWantsThem() {
        DeviceBench bench = new DeviceBench();
        plug(bench, Map.of("iobase", "0xf4", "iosize", "0x04"));
        bench.out(0xF4, 4, 0x8000_0001L);
        bench.out(0x501, 1);
        assertThat(bench.machine().requests()).containsExactly("exit 3");
    }

    @Test
    void propertiesAreChecked() {
        for (Map<String, String> wrong : List.of(
                Map.of("iobase", "0x10000"),
                Map.of("iobase", "-1"),
                Map.of("iosize", "0"),
                Map.of("iobase", "0xffff", "iosize", "2"))) {
            assertThatThrownBy(() -> bind(wrong))
                    .as(wrong.toString())
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("isa-debug-exit.io");
        }
    }
}
