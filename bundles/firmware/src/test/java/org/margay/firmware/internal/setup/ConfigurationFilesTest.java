package org.margay.firmware.internal.setup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.margay.pc.internal.fwcfg.FwCfgDevice;
import org.margay.testkit.BenchMachine;

class ConfigurationFilesTest {
    private final BenchMachine machine = new BenchMachine();
    private final ConfigurationFiles files = new ConfigurationFiles(machine.ports());

    @Test
    void filesAreFoundByNameAndSize() {
        FwCfgDevice device = new FwCfgDevice(machine.portRoot(), machine.memory());
        assertThat(files.read("etc/pvpanic-port", 2)).isEmpty();
        device.addFile("etc/other", new byte[] {1, 2});
        device.addFile("etc/pvpanic-port", new byte[] {5, 5});
        assertThat(files.read("etc/pvpanic-port", 2)).contains(new byte[] {5, 5});
        assertThat(files.read("etc/pvpanic-port", 4)).isEmpty();
        assertThat(files.read("etc/pvpanic", 2)).isEmpty();
    }

    @Test
    void withoutTheDeviceThereAreNone() {
        assertThat(files.read("etc/pvpanic-port", 2)).isEmpty();
    }
}
