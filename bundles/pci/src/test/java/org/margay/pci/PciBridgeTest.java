package org.margay.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

class PciBridgeTest {
    private static final PciIdentity BRIDGE = new PciIdentity(0x1B36, 1, 0, 0x060400, 1);
    private static final PciIdentity CARD = new PciIdentity(0x1234, 0x5678, 0, 0x020000, 1);
    private static final int IO_AND_MEMORY = 3;

    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("memory", 1L << 40));
    private final AddressSpace ports = new AddressSpace("ports", MemoryRegion.container("ports", 0x10000));
    private final boolean[] wires = new boolean[4];
    private final List<String> messages = new ArrayList<>();
    private PciBus root;
    private Bridge bridge;

    /** A bridge in slot 3 of the root bus or 5 of another. */
    private static final class Bridge implements PciDevice<PciFunction.State> {
        final PciBridge bridge;

        Bridge(PciBus primary, String name, int slot) throws DeviceException {
            bridge = new PciBridge(primary, "bridge", name, BRIDGE, name, PciBus.SLOTS, this);
            primary.plug(bridge.pci(), new PciSlot(slot, 0));
        }

        @Override
        public PciFunction pci() {
            return bridge.pci();
        }

        @Override
        public void reset() {
            pci().reset();
        }

        @Override
        public PciFunction.State save() {
            return pci().save();
        }

        @Override
        public void restore(PciFunction.State state) {
            pci().restore(state);
        }

        @Override
        public void close() {
            if (pci().bus() != null) {
                pci().bus().unplug(pci());
            }
        }
    }

    @BeforeEach
    void build() throws DeviceException {
        root = new PciBus(
                "pci.0",
                memory.root(),
                ports.root(),
                memory,
                new InterruptRouter() {
                    @Override
                    public int wire(int slot, int pin) {
                        return slot + pin - 1 & 3;
                    }

                    @Override
                    public void set(int wire, boolean asserted) {
                        wires[wire] = asserted;
                    }
                },
                (address, data) -> messages.add("%x=%x".formatted(address, data)));
        bridge = new Bridge(root, "br", 3);
    }

    private static IoHandler answering(int value) {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return value;
            }

            @Override
            public void write(long offset, int size, long written) {}
        };
    }

    private static PciFunction card() {
        PciFunction card = new PciFunction("card", "", CARD);
        card.addBar(new PciBar(
                0, PciBar.Kind.MEMORY, MemoryRegion.io("mmio", 0x1000, AccessSizes.UP_TO_4, answering(0x11))));
        card.addBar(new PciBar(1, PciBar.Kind.IO, MemoryRegion.io("io", 0x100, AccessSizes.UP_TO_4, answering(0x22))));
        card.addBar(new PciBar(
                2,
                PciBar.Kind.MEMORY_64_PREFETCH,
                MemoryRegion.io("buffer", 0x100000, AccessSizes.UP_TO_8, answering(0x33))));
        return card;
    }

    private void config(int bus, int slot, int offset, int size, int value) {
        root.writeConfig(bus, slot << 3, offset, size, value);
    }

    private int config(int bus, int slot, int offset, int size) {
        return root.readConfig(bus, slot << 3, offset, size);
    }

    private void number(int bus, int slot, int secondary, int subordinate) {
        config(bus, slot, PciRegister.PRIMARY_BUS, 4, bus | secondary << 8 | subordinate << 16);
    }

    private PciFunction cardBehind() throws DeviceException {
        PciFunction card = card();
        bridge.bridge.secondary().plug(card, new PciSlot(5, 0));
        number(0, 3, 1, 1);
        config(1, 5, 0x10, 4, 0xFE00_0000);
        config(1, 5, 0x14, 4, 0xC000);
        config(1, 5, 0x18, 4, 0);
        config(1, 5, 0x1C, 4, 2);
        config(1, 5, PciRegister.COMMAND, 2, 7);
        return card;
    }

    @Test
    void headerSaysBridge() {
        assertThat(config(0, 3, 0, 4)).isEqualTo(0x0001_1B36);
        assertThat(config(0, 3, 0x0E, 1)).isEqualTo(1);
        assertThat(config(0, 3, PciRegister.CLASS, 2)).isEqualTo(0x0604);
        for (int offset = 0x10; offset < 0x40; offset += 4) {
            if (offset != 0x3C) {
                config(0, 3, offset, 4, -1);
            }
        }
        assertThat(config(0, 3, 0x10, 4)).as("no BARs").isZero();
        assertThat(config(0, 3, 0x18, 4)).isEqualTo(-1);
        assertThat(config(0, 3, 0x1C, 2)).isEqualTo(0xF0F0);
        assertThat(config(0, 3, 0x20, 4)).isEqualTo(0xFFF0_FFF0);
        assertThat(config(0, 3, 0x24, 4)).isEqualTo(0xFFF1_FFF1);
        assertThat(config(0, 3, 0x28, 4)).isEqualTo(-1);
        assertThat(config(0, 3, 0x30, 4)).as("16 bits of I/O").isZero();
        assertThat(config(0, 3, 0x38, 4)).as("no ROM").isZero();
        assertThatThrownBy(() -> bridge.pci()
                        .addBar(new PciBar(
                                2, PciBar.Kind.IO, MemoryRegion.io("io", 16, AccessSizes.UP_TO_4, answering(0)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void configurationCyclesFollowBusNumbers() throws DeviceException {
        PciFunction card = card();
        bridge.bridge.secondary().plug(card, new PciSlot(5, 0));
        assertThat(config(1, 5, 0, 4)).as("not numbered").isEqualTo(-1);
        assertThat(config(0, 5, 0, 4)).isEqualTo(-1);
        number(0, 3, 7, 9);
        assertThat(config(7, 5, 0, 4)).isEqualTo(0x5678_1234);
        assertThat(config(8, 5, 0, 4)).isEqualTo(-1);
        assertThat(bridge.bridge.secondary().number()).isEqualTo(7);

        Bridge inner = new Bridge(bridge.bridge.secondary(), "inner", 5 + 1);
        PciFunction deep = card();
        inner.bridge.secondary().plug(deep, new PciSlot(0, 0));
        number(7, 6, 9, 9);
        assertThat(config(9, 0, 0, 4)).isEqualTo(0x5678_1234);
        number(0, 3, 7, 8);
        assertThat(config(9, 0, 0, 4)).as("beyond the subordinate bus").isEqualTo(-1);
        assertThat(root.withThoseBehind()).extracting(PciBus::name).containsExactly("pci.0", "br", "inner");
    }

    @Test
    void windowsGateWhatIsSeen() throws DeviceException {
        cardBehind();
        config(0, 3, PciRegister.MEMORY_BASE, 4, 0xFE00_FE00);
        config(0, 3, PciRegister.IO_BASE, 2, 0xC0C0);
        config(0, 3, PciRegister.PREFETCH_BASE, 4, 0);
        config(0, 3, PciRegister.PREFETCH_BASE_UPPER, 4, 2);
        config(0, 3, PciRegister.PREFETCH_LIMIT_UPPER, 4, 2);
        assertThat(memory.read(0xFE00_0000L, 4)).as("off").isEqualTo(0xFFFF_FFFFL);
        config(0, 3, PciRegister.COMMAND, 2, IO_AND_MEMORY);
        assertThat(memory.read(0xFE00_0FFCL, 4)).isEqualTo(0x11);
        assertThat(ports.read(0xC0FF, 1)).isEqualTo(0x22);
        assertThat(memory.read(0x2_0000_0000L, 4)).isEqualTo(0x33);
        assertThat(PciInfo.of(root).devices().getFirst().pci_bridge().bus().prefetchable_range())
                .isEqualTo(new PciInfo.Range(0x2_0000_0000L, 0x2_000F_FFFFL));

        config(0, 3, PciRegister.MEMORY_BASE, 4, 0xFE00_FE10);
        assertThat(memory.read(0xFE00_0000L, 4)).as("closed").isEqualTo(0xFFFF_FFFFL);
        config(0, 3, PciRegister.IO_BASE, 2, 0xF0D0);
        assertThat(ports.read(0xC000, 1)).isEqualTo(0xFF);
        config(0, 3, PciRegister.PREFETCH_LIMIT_UPPER, 4, 1);
        assertThat(memory.read(0x2_0000_0000L, 4)).isEqualTo(0xFFFF_FFFFL);
        config(0, 3, PciRegister.PREFETCH_LIMIT_UPPER, 4, -1);
        assertThat(memory.read(0x2_0000_0000L, 4)).isEqualTo(0x33);
        config(0, 3, PciRegister.PREFETCH_BASE_UPPER, 4, -1);
        assertThat(memory.view().ranges()).isEmpty();
    }

    @Test
    void cardsMoveBehindAnOpenWindow() throws DeviceException {
        PciFunction card = cardBehind();
        config(0, 3, PciRegister.MEMORY_BASE, 4, 0xFE10_FE00);
        config(0, 3, PciRegister.COMMAND, 2, IO_AND_MEMORY);
        assertThat(memory.read(0xFE00_0000L, 4)).isEqualTo(0x11);
        config(1, 5, 0x10, 4, 0xFE1F_F000);
        assertThat(memory.read(0xFE00_0000L, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(memory.read(0xFE1F_F000L, 4)).isEqualTo(0x11);
        config(1, 5, 0x10, 4, 0xFE20_0000);
        assertThat(memory.read(0xFE20_0000L, 4)).as("outside").isEqualTo(0xFFFF_FFFFL);
        bridge.bridge.secondary().unplug(card);
        assertThat(memory.view().ranges()).isEmpty();
    }

    @Test
    void isaAndVgaBits() throws DeviceException {
        cardBehind();
        config(0, 3, PciRegister.IO_BASE, 2, 0xC0C0);
        config(0, 3, PciRegister.COMMAND, 2, IO_AND_MEMORY);
        config(1, 5, 0x14, 4, 0xC100);
        assertThat(ports.read(0xC100, 1)).isEqualTo(0x22);
        config(0, 3, PciRegister.BRIDGE_CONTROL, 2, PciRegister.BRIDGE_CONTROL_ISA);
        assertThat(ports.read(0xC100, 1)).as("an ISA alias").isEqualTo(0xFF);
        config(1, 5, 0x14, 4, 0xC400);
        assertThat(ports.read(0xC4FF, 1)).isEqualTo(0x22);
        config(1, 5, 0x14, 4, 0x300);
        config(0, 3, PciRegister.IO_BASE, 2, 0x00F0);
        assertThat(ports.read(0x3C0, 1)).isEqualTo(0xFF);
        config(0, 3, PciRegister.BRIDGE_CONTROL, 2, PciRegister.BRIDGE_CONTROL_VGA);
        assertThat(ports.read(0x3C0, 1)).isEqualTo(0x22);
        assertThat(ports.read(0x3BC, 1)).isEqualTo(0xFF);
        config(1, 5, 0x10, 4, 0xA0000);
        assertThat(memory.read(0xA0000, 1)).isEqualTo(0x11);
    }

    @Test
    void pinsComeOutRotated() throws DeviceException {
        PciFunction card = cardBehind();
        card.setInterrupt(true);
        // INTA# of slot 5 is the bridge's INTB#; slot 3 rotates by two on this board.
        assertThat(wires).containsExactly(false, false, false, true);
        bridge.pci().setInterrupt(true);
        assertThat(wires).containsExactly(false, false, true, true);
        card.setInterrupt(false);
        assertThat(wires).containsExactly(false, false, true, false);
        card.setInterrupt(true);
        bridge.close();
        assertThat(wires).doesNotContain(true);
    }

    @Test
    void messagesPassThrough() throws DeviceException {
        PciFunction card = card();
        PciMsi msi = PciMsi.add(card, 1, false);
        bridge.bridge.secondary().plug(card);
        card.writeConfig(PciRegister.COMMAND, 2, PciRegister.COMMAND_BUS_MASTER);
        card.writeConfig(0x44, 4, 0xFEE0_0000);
        card.writeConfig(0x48, 2, 0x41);
        card.writeConfig(0x42, 2, 1);
        msi.notify(0);
        assertThat(messages).containsExactly("fee00000=41");
    }

    @Test
    void aResetOfTheBusBehindResetsItsCards() throws DeviceException {
        PciFunction card = cardBehind();
        Bridge inner = new Bridge(bridge.bridge.secondary(), "inner", 6);
        number(1, 6, 2, 2);
        List<String> resets = new ArrayList<>();
        PciFunction deep = card();
        deep.onBusReset(() -> resets.add("deep"));
        inner.bridge.secondary().plug(deep);
        config(0, 3, PciRegister.BRIDGE_CONTROL, 2, PciRegister.BRIDGE_CONTROL_RESET);
        assertThat(config(1, 5, 0, 4)).as("in reset").isEqualTo(-1);
        config(0, 3, PciRegister.BRIDGE_CONTROL, 2, PciRegister.BRIDGE_CONTROL_RESET);
        assertThat(resets).containsExactly("deep");
        config(0, 3, PciRegister.BRIDGE_CONTROL, 2, 0);
        assertThat(config(1, 5, PciRegister.COMMAND, 2)).isZero();
        assertThat(card.config().get(0x10, 4)).isZero();
        assertThat(inner.bridge.secondaryNumber()).isZero();
    }

    @Test
    void stateKeepsWindowsOpen() throws DeviceException {
        cardBehind();
        config(0, 3, PciRegister.MEMORY_BASE, 4, 0xFE00_FE00);
        config(0, 3, PciRegister.COMMAND, 2, IO_AND_MEMORY);
        PciFunction.State saved = bridge.save();
        bridge.reset();
        assertThat(memory.view().ranges()).isEmpty();
        assertThat(config(1, 5, 0, 4)).isEqualTo(-1);
        bridge.restore(saved);
        assertThat(bridge.save()).isEqualTo(saved);
        assertThat(memory.read(0xFE00_0000L, 4)).isEqualTo(0x11);
        bridge.close();
        assertThat(memory.view().ranges()).isEmpty();
        byte[] foreign = saved.config();
        foreign[0x0E] = 0;
        assertThatThrownBy(() -> bridge.restore(new PciFunction.State(foreign, false)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void describesItselfAsQueryPciShows() throws DeviceException {
        PciInfo.Device device = PciInfo.of(root).devices().getFirst();
        assertThat(device.class_info()).containsEntry("desc", "PCI bridge");
        assertThat(device.id()).containsOnlyKeys("device", "vendor");
        assertThat(device.pci_bridge())
                .isEqualTo(new PciInfo.Bridge(
                        new PciInfo.Bus(
                                0,
                                0,
                                0,
                                new PciInfo.Range(0, 4095),
                                new PciInfo.Range(0, 1048575),
                                new PciInfo.Range(0, 1048575)),
                        null));
        cardBehind();
        PciInfo.Bridge numbered = PciInfo.of(root).devices().getFirst().pci_bridge();
        assertThat(numbered.bus().secondary()).isEqualTo(1);
        assertThat(numbered.devices()).singleElement().satisfies(card -> {
            assertThat(card.bus()).isEqualTo(1);
            assertThat(card.slot()).isEqualTo(5);
            assertThat(card.pci_bridge()).isNull();
        });
    }

    @Test
    void closedWindowsShowAsRootPortsHaveThem() throws DeviceException {
        PciBridge port = new PciBridge(root, "port", "", BRIDGE, "port", 1, bridge);
        port.closeWindows();
        root.plug(port.pci(), new PciSlot(4, 0));
        PciInfo.Bus bus = PciInfo.of(root).devices().getLast().pci_bridge().bus();
        assertThat(bus.io_range()).isEqualTo(new PciInfo.Range(61440, 4095));
        assertThat(bus.memory_range()).isEqualTo(new PciInfo.Range(4293918720L, 1048575));
        assertThat(bus.prefetchable_range()).isEqualTo(new PciInfo.Range(4293918720L, 1048575));
        assertThatThrownBy(() -> port.secondary().plug(card(), new PciSlot(1, 0)))
                .hasMessage("PCI: slot 1 is not valid for card, parent device only allows plugging into slot 0.");
        port.secondary().plug(card());
        assertThat(port.secondary().hasRoom()).isFalse();
    }

    @Test
    void firmwareFindsWhatToReserve() {
        assertThat(BridgeReserve.of(bridge.pci()::readConfig)).isEmpty();
        PciBridge made = new PciBridge(root, "bridge", "", BRIDGE, "other", PciBus.SLOTS, bridge);
        BridgeReserve reserve = new BridgeReserve(BridgeReserve.OPEN, 4096, 0xFFFF_0000L, BridgeReserve.OPEN, 1L << 33);
        reserve.addTo(made.pci());
        made.pci().addCapability(0x04, 4);
        assertThat(made.pci().readConfig(0x40, 4)).isEqualTo(0x0120_0009);
        assertThat(made.pci().readConfig(0x58, 4)).isZero();
        assertThat(made.pci().readConfig(0x5C, 4)).isEqualTo(2);
        assertThat(BridgeReserve.of(made.pci()::readConfig)).contains(reserve);
    }

    @Test
    void theBusBehindKnowsItsOwner() {
        Device<?> owner = bridge.bridge.secondary().owner().orElseThrow();
        assertThat(owner).isSameAs(bridge);
        assertThat(root.owner()).isEmpty();
        assertThat(bridge.bridge.secondary().hotpluggable())
                .as("nobody can tell the guest")
                .isFalse();
    }

    @Test
    void anyTrafficIsBorne() throws DeviceException {
        cardBehind();
        Bridge inner = new Bridge(bridge.bridge.secondary(), "inner", 6);
        inner.bridge.secondary().plug(card());
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            int offset = 4 + random.nextInt(0x3C);
            int value = random.nextBoolean() ? random.nextInt() : random.nextInt(8);
            config(random.nextInt(4), random.nextInt(3, 7), offset, 1 << random.nextInt(3), value);
            memory.read(random.nextLong() >>> 24, 4);
        }
        PciFunction.State saved = bridge.save();
        bridge.restore(saved);
        inner.close();
        bridge.close();
        assertThat(memory.view().ranges()).isEmpty();
        assertThat(ports.view().ranges()).isEmpty();
    }
}
