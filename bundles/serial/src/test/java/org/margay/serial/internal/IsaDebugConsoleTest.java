package org.margay.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class IsaDebugConsoleTest extends DeviceContract<IsaDebugConsole.State> {
    @Override
    protected Device<IsaDebugConsole.State> create(DeviceBench bench) {
        return new IsaDebugConsole.Console(bench.ports(), 0x402, 0xE9, new FakeChardev());
    }

    @Override
    protected Class<IsaDebugConsole.State> stateType() {
        return IsaDebugConsole.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<IsaDebugConsole.State> device) {
        assertThat(bench.in(0x402)).isEqualTo(0xE9);
    }

    /** There is nothing in the state that could be wrong. */
    @Override
    protected List<HostileState<IsaDebugConsole.State>> hostileStates() {
        return List.of();
    }

    @Test
    void bytesGoToTheChardev() {
        DeviceBench bench = new DeviceBench();
        FakeChardev chardev = new FakeChardev();
        new IsaDebugConsole.Console(bench.ports(), 0xE9, 0xE9, chardev);
        bench.out(0xE9, 2, 0x6948);
        assertThat(chardev.text()).as("a word goes to two ports").isEqualTo("H");
        bench.out(0xE9, 'i');
        assertThat(chardev.text()).isEqualTo("Hi");
    }

    @Test
    void propertiesAreChecked() {
        assertThatThrownBy(() -> new IsaDebugConsole.Properties(null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty char device");
        assertThatThrownBy(() -> new IsaDebugConsole.Properties(0x10000, "x", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("iobase");
    }
}
