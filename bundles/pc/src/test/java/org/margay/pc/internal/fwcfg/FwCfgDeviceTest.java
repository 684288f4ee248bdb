package org.margay.pc.internal.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class FwCfgDeviceTest extends DeviceContract<FwCfgDevice.State> {
    @Override
    protected Device<FwCfgDevice.State> create(DeviceBench bench) {
        FwCfgDevice device = new FwCfgDevice(bench.ports(), bench.machine().memory());
        device.addFile("etc/greeting", "hello".getBytes(StandardCharsets.US_ASCII));
        return device;
    }

    @Override
    protected Class<FwCfgDevice.State> stateType() {
        return FwCfgDevice.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<FwCfgDevice.State> device) {
        assertThat(text(bench, 4)).isEqualTo("QEMU");
    }

    @Override
    protected List<HostileState<FwCfgDevice.State>> hostileStates() {
        return List.of(
                good -> new FwCfgDevice.State(0x4000, 0, 0),
                good -> new FwCfgDevice.State(0, 5, 0),
                good -> new FwCfgDevice.State(0, -1, 0));
    }

    private static String text(DeviceBench bench, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) bench.in(0x511));
        }
        return text.toString();
    }

    private final DeviceBench bench = new DeviceBench();
    private final FwCfgDevice device = (FwCfgDevice) create(bench);

    @Test
    void filesAreFoundByTheDirectory() {
        device.addFile("opt/second", 3, () -> new byte[] {'t', 'w', 'o'});
        bench.out(0x510, 2, FwCfgDevice.FILE_DIRECTORY);
        assertThat(text(bench, 4)).isEqualTo("\0\0\0\2");
        assertThat(text(bench, 8)).isEqualTo("\0\0\0\5\0\40\0\0");
        assertThat(text(bench, 56)).startsWith("etc/greeting\0");
        assertThat(text(bench, 8)).isEqualTo("\0\0\0\3\0\41\0\0");
        bench.out(0x510, 2, 0x21);
        assertThat(text(bench, 5)).as("zeros behind the end").isEqualTo("two\0\0");
    }

    @Test
    void dmaSelectsAndReadsInOneGo() {
        assertThat(bench.in(0x514, 4)).isEqualTo(0x554D4551L);
        try (GuestRam ram = GuestRam.allocate("ram", 1 << 20)) {
            bench.memory().add(MemoryRegion.ram(ram), 0);
            ram.set(0x1000, 4, Integer.reverseBytes(0x0020_000A) & 0xFFFF_FFFFL);
            ram.set(0x1004, 4, Integer.reverseBytes(7) & 0xFFFF_FFFFL);
            ram.set(0x1008, 8, Long.reverseBytes(0x2000));
            ram.set(0x2005, 4, -1);
            bench.out(0x514, 4, 0);
            bench.out(0x518, 4, Integer.reverseBytes(0x1000) & 0xFFFF_FFFFL);
            byte[] read = new byte[8];
            ram.copyOut(0x2000, read, 0, 8);
            assertThat(new String(read, StandardCharsets.ISO_8859_1)).isEqualTo("hello\0\0\u00FF");
            assertThat(ram.getInt(0x1000)).as("done").isZero();
            // A write, and a read of 4 GiB, are refused.
            for (int control : new int[] {0x10, 0x02}) {
                ram.set(0x1000, 4, Integer.reverseBytes(control) & 0xFFFF_FFFFL);
                ram.set(0x1004, 4, 0xFFFF_FFFFL);
                bench.out(0x518, 4, Integer.reverseBytes(0x1000) & 0xFFFF_FFFFL);
                assertThat(ram.getInt(0x1000)).isEqualTo(Integer.reverseBytes(1));
            }
        }
    }
}
