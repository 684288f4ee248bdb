package org.margay.pci.bridge.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciFunction;
import org.margay.pci.PciInfo;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;

class ExpressPortTest extends DeviceContract<BridgeDevice.State> {
    private static final int EXPRESS = 0x10;

    private final DeviceBench bench = new DeviceBench();
    private final CardBench cards = CardBench.of(bench);

    @Override
    protected void prepare(DeviceBench fresh) {
        CardBench.of(fresh);
    }

    @Override
    protected Device<BridgeDevice.State> create(DeviceBench fresh) {
        return CardBench.of(fresh).plugMapped(new RootPortDriver(), Map.of("id", "br", "slot", "5"));
    }

    @Override
    protected Class<BridgeDevice.State> stateType() {
        return BridgeDevice.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench fresh, Device<BridgeDevice.State> device) {
        PciFunction pci = ((BridgeDevice) device).pci();
        if (random.nextBoolean()) {
            pci.writeConfig(random.nextInt(256), 1 << random.nextInt(3), random.nextInt());
        } else {
            pci.readConfig(random.nextInt(256), 4);
        }
    }

    @Override
    protected void assertReset(DeviceBench fresh, Device<BridgeDevice.State> device) {
        PciFunction pci = ((BridgeDevice) device).pci();
        assertThat(pci.readConfig(PciRegister.VENDOR_ID, 4)).isEqualTo(0x3420_8086);
        assertThat(pci.readConfig(PciRegister.IO_BASE, 2)).isEqualTo(0x00F0);
        assertThat(pci.readConfig(PciRegister.MEMORY_BASE, 4)).isEqualTo(0x0000_FFF0);
        int express = find(pci, EXPRESS);
        assertThat(pci.readConfig(express + 2, 2)).as("root port with a slot").isEqualTo(0x0142);
        assertThat(pci.readConfig(express + 8, 4)).isZero();
        assertThat(pci.readConfig(express + 0x14, 4) >>> 19).isEqualTo(5);
    }

    @Override
    protected List<HostileState<BridgeDevice.State>> hostileStates() {
        return List.of(good -> new BridgeDevice.State(null), good -> {
            byte[] config = good.pci().config();
            config[PciRegister.REVISION]++;
            return new BridgeDevice.State(new PciFunction.State(config, false));
        });
    }

    private static int find(PciFunction pci, int capability) {
        int at = pci.readConfig(PciRegister.CAPABILITIES, 1);
        while (at != 0 && pci.readConfig(at, 1) != capability) {
            at = pci.readConfig(at + 1, 1);
        }
        return at;
    }

    private BridgeDevice plug(DeviceDriver<?, BridgeDevice.State> driver, Bus bus, Map<String, String> properties)
            throws DeviceException {
        return (BridgeDevice) cards.plug(driver, bus, properties);
    }

    @Test
    void portsShowAsRecorded() throws DeviceException {
        plug(new RootPortDriver(), cards.bus(), Map.of("id", "root"));
        plug(new UpstreamPortDriver(), cards.bus(), Map.of("id", "up"));
        plug(new DownstreamPortDriver(), cards.bus(), Map.of("id", "down", "chassis", "1"));
        List<PciInfo.Device> devices = PciInfo.of(cards.bus()).devices();
        PciInfo.Bridge closed = new PciInfo.Bridge(
                new PciInfo.Bus(
                        0,
                        0,
                        0,
                        new PciInfo.Range(61440, 4095),
                        new PciInfo.Range(4293918720L, 1048575),
                        new PciInfo.Range(4293918720L, 1048575)),
                null);
        PciInfo.Bridge open = new PciInfo.Bridge(
                new PciInfo.Bus(
                        0,
                        0,
                        0,
                        new PciInfo.Range(0, 4095),
                        new PciInfo.Range(0, 1048575),
                        new PciInfo.Range(0, 1048575)),
                null);
        assertThat(devices).extracting(PciInfo.Device::pci_bridge).containsExactly(closed, open, open);
        assertThat(devices)
                .extracting(PciInfo.Device::id)
                .containsExactly(
                        Map.of("device", 13344, "vendor", 32902),
                        Map.of("device", 33330, "vendor", 4172),
                        Map.of("device", 33331, "vendor", 4172));
        assertThat(devices).extracting(PciInfo.Device::irq_pin).containsExactly(1, 0, 0);
    }

    @Test
    void aSwitchBehindARootPort() throws DeviceException {
        BridgeDevice root = plug(new RootPortDriver(), cards.bus(), Map.of("id", "root"));
        int status = find(root.pci(), EXPRESS) + 0x1A;
        assertThat(root.pci().readConfig(status, 2)).isZero();
        BridgeDevice up = plug(new UpstreamPortDriver(), bus("root"), Map.of("id", "up", "port", "3"));
        assertThat(root.pci().readConfig(status, 2)).as("a card is there").isEqualTo(0x40);
        assertThat(up.pci().readConfig(find(up.pci(), EXPRESS) + 0x0C, 4)).isEqualTo(0x0300_0411);
        plug(new DownstreamPortDriver(), bus("up"), Map.of("id", "d0", "chassis", "2", "slot", "0"));
        plug(new DownstreamPortDriver(), bus("up"), Map.of("id", "d1", "chassis", "2", "slot", "1"));
        assertThat(bus("up").hasRoom()).isTrue();
        assertThat(bus("root").hasRoom()).isFalse();
        assertThatThrownBy(() -> plug(new UpstreamPortDriver(), bus("root"), Map.of()))
                .isInstanceOf(DeviceException.class);
    }

    private Bus bus(String name) {
        return bench.machine().buses().find(name).orElseThrow();
    }

    @Test
    void slotsHaveEachTheirLabel() throws DeviceException {
        BridgeDevice first = plug(new RootPortDriver(), cards.bus(), Map.of());
        assertThatThrownBy(() -> plug(new RootPortDriver(), cards.bus(), Map.of()))
                .hasMessage("Can't add chassis slot, error -16");
        plug(new RootPortDriver(), cards.bus(), Map.of("slot", "1"));
        first.close();
        plug(new DownstreamPortDriver(), cards.bus(), Map.of());
    }
}
