package org.margay.pci.bridge.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.pci.BridgeReserve;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciInfo;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;

class PciBridgeDriverTest extends DeviceContract<BridgeDevice.State> {
    private final DeviceBench bench = new DeviceBench();
    private final CardBench cards = CardBench.of(bench);

    @Override
    protected void prepare(DeviceBench fresh) {
        CardBench.of(fresh);
    }

    @Override
    protected Device<BridgeDevice.State> create(DeviceBench fresh) {
        return CardBench.of(fresh).plugMapped(new PciBridgeDriver(), Map.of("chassis_nr", "1", "id", "br"));
    }

    @Override
    protected Class<BridgeDevice.State> stateType() {
        return BridgeDevice.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench fresh, Device<BridgeDevice.State> device) {
        int offset = random.nextInt(256);
        CardBench.of(fresh)
                .bus()
                .writeConfig(
                        0,
                        ((BridgeDevice) device).pci().place().devfn(),
                        offset,
                        1 << random.nextInt(3),
                        random.nextInt());
    }

    @Override
    protected void assertReset(DeviceBench fresh, Device<BridgeDevice.State> device) {
        PciFunction pci = ((BridgeDevice) device).pci();
        assertThat(pci.readConfig(PciRegister.VENDOR_ID, 4)).isEqualTo(0x0001_1B36);
        assertThat(pci.readConfig(PciRegister.CLASS, 2)).isEqualTo(0x0604);
        assertThat(pci.readConfig(PciRegister.HEADER_TYPE, 1)).isEqualTo(1);
        assertThat(pci.readConfig(PciRegister.PRIMARY_BUS, 4)).isZero();
        assertThat(pci.readConfig(PciRegister.BRIDGE_CONTROL, 2)).isZero();
        assertThat(pci.readConfig(0x60, 4) >>> 16).as("slots of chassis 1").isEqualTo(0x0100);
    }

    @Override
    protected List<HostileState<BridgeDevice.State>> hostileStates() {
        return List.of(
                good -> new BridgeDevice.State(null),
                good -> {
                    byte[] config = good.pci().config();
                    config[PciRegister.HEADER_TYPE] = 0;
                    return new BridgeDevice.State(new PciFunction.State(config, false));
                },
                good -> {
                    byte[] config = good.pci().config();
                    config[PciRegister.IO_BASE] |= 1;
                    return new BridgeDevice.State(new PciFunction.State(config, false));
                });
    }

    private BridgeDevice plug(Bus bus, Map<String, String> properties) throws DeviceException {
        return (BridgeDevice) cards.plug(new PciBridgeDriver(), bus, properties);
    }

    @Test
    void itsBusHasItsName() throws DeviceException {
        BridgeDevice bridge = plug(cards.bus(), Map.of("id", "br0", "chassis_nr", "1", "addr", "5"));
        PciBus bus = (PciBus) bench.machine().buses().find("br0").orElseThrow();
        assertThat(bus.owner()).contains(bridge);
        assertThat(cards.bus().placeOf(bridge)).containsEntry("addr", "05.0");
        BridgeDevice inner = plug(bus, Map.of("chassis_nr", "2", "addr", "1f"));
        assertThat(bench.machine().buses().all()).extracting(Bus::name).containsExactly("pci.0", "br0", "pci.1");
        assertThat(inner.pci().place()).isEqualTo(new PciSlot(31, 0));
        inner.close();
        bridge.close();
        assertThat(bench.machine().buses().all()).extracting(Bus::name).containsExactly("pci.0");
        assertThat(cards.bus().functions()).isEmpty();
    }

    @Test
    void needsAChassisAndAFreeName() {
        assertThatThrownBy(() -> plug(cards.bus(), Map.of()))
                .hasMessage(
                        "Bridge chassis not specified. Each bridge is required to be assigned a unique chassis id > 0.");
        assertThatThrownBy(() -> plug(cards.bus(), Map.of("chassis_nr", "256"))).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> plug(cards.bus(), Map.of("chassis_nr", "1", "id", "pci.0")))
                .hasMessage("Duplicate bus name 'pci.0'");
        assertThat(cards.bus().functions()).isEmpty();
    }

    @Test
    void messagesCanBeLeftOut() throws DeviceException {
        BridgeDevice with = plug(cards.bus(), Map.of("chassis_nr", "1"));
        BridgeDevice without = plug(cards.bus(), Map.of("chassis_nr", "2", "msi", "off"));
        assertThat(with.pci().readConfig(with.pci().readConfig(PciRegister.CAPABILITIES, 1), 1))
                .isEqualTo(5);
        assertThat(without.pci().readConfig(without.pci().readConfig(PciRegister.CAPABILITIES, 1), 1))
                .isEqualTo(4);
    }

    @Test
    void firmwareIsToldWhatToKeepFree() throws DeviceException {
        BridgeDevice usual = plug(cards.bus(), Map.of("chassis_nr", "1"));
        assertThat(BridgeReserve.of(usual.pci()::readConfig))
                .contains(new BridgeReserve(-1, 4096, 2 << 20, -1, 2 << 20));
        BridgeDevice said = plug(
                cards.bus(), Map.of("chassis_nr", "2", "bus-reserve", "3", "io-reserve", "0", "pref32-reserve", "64M"));
        assertThat(BridgeReserve.of(said.pci()::readConfig)).contains(new BridgeReserve(3, 0, 2 << 20, 64 << 20, -1));
        assertThatThrownBy(() ->
                        plug(cards.bus(), Map.of("chassis_nr", "3", "pref64-reserve", "1M", "pref32-reserve", "1M")))
                .hasMessage("PCI resource reserve cap: PREF32 and PREF64 conflict");
        assertThatThrownBy(() -> plug(cards.bus(), Map.of("chassis_nr", "3", "mem-reserve", "4G")))
                .hasMessage("PCI resource reserve cap: must be less than 4G");
    }

    @Test
    void queryPciShowsWhatIsBehind() throws DeviceException {
        BridgeDevice bridge = plug(cards.bus(), Map.of("id", "br0", "chassis_nr", "1"));
        plug(bridge.bridge().secondary(), Map.of("id", "br1", "chassis_nr", "2"));
        PciInfo.Device device = PciInfo.of(cards.bus()).devices().getFirst();
        assertThat(device.qdev_id()).isEqualTo("br0");
        assertThat(device.pci_bridge().devices()).as("not numbered yet").isNull();
        bridge.pci().writeConfig(PciRegister.SECONDARY_BUS, 2, 0x0101);
        assertThat(PciInfo.of(cards.bus()).devices().getFirst().pci_bridge().devices())
                .extracting(PciInfo.Device::qdev_id)
                .containsExactly("br1");
    }
}
