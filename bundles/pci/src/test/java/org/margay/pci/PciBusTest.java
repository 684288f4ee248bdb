package org.margay.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

class PciBusTest {
    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("memory", 1L << 40));
    private final AddressSpace ports = new AddressSpace("ports", MemoryRegion.container("ports", 0x10000));
    private final boolean[] wires = new boolean[4];
    private final PciBus bus = new PciBus(
            "pci.0",
            memory.root(),
            ports.root(),
            memory,
            new InterruptRouter() {
                @Override
                public int wire(int slot, int pin) {
                    return slot + pin & 3;
                }

                @Override
                public void set(int wire, boolean asserted) {
                    wires[wire] = asserted;
                }
            },
            InterruptMessages.NONE);
    private int shared;

    private static IoHandler answering(long value) {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return value;
            }

            @Override
            public void write(long offset, int size, long written) {}
        };
    }

    private static PciFunction nic(String id) {
        PciFunction nic = new PciFunction("e1000", id, new PciIdentity(0x8086, 0x100E, 3, 0x020000, 1));
        nic.addBar(new PciBar(
                0, PciBar.Kind.MEMORY, MemoryRegion.io("mmio", 0x20000, AccessSizes.UP_TO_4, answering(0x11))));
        nic.addBar(new PciBar(1, PciBar.Kind.IO, MemoryRegion.io("io", 64, AccessSizes.UP_TO_4, answering(0x22))));
        nic.addBar(new PciBar(
                2,
                PciBar.Kind.MEMORY_64_PREFETCH,
                MemoryRegion.io("buffer", 0x100000, AccessSizes.UP_TO_8, answering(0x33))));
        nic.addBar(new PciBar(
                PciBar.ROM,
                PciBar.Kind.EXPANSION_ROM,
                MemoryRegion.io("rom", 0x10000, AccessSizes.UP_TO_4, answering(0x44))));
        return nic;
    }

    @BeforeEach
    void mapMechanism1() {
        ConfigMechanism1 mechanism = new ConfigMechanism1(bus, new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return offset == 1 ? shared : -1;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (offset == 1 && size == 1) {
                    shared = (int) value;
                }
            }
        });
        ports.root().add(MemoryRegion.io("address", 4, AccessSizes.UP_TO_4, mechanism.addressPorts()), 0xCF8);
        ports.root().add(MemoryRegion.io("data", 4, AccessSizes.UP_TO_4, mechanism.dataPorts()), 0xCFC);
    }

    private long config(int slot, int function, int offset, int size) {
        ports.write(0xCF8, 4, 1L << 31 | slot << 11 | function << 8 | offset & 0xFC);
        return ports.read(0xCFC + (offset & 3), size);
    }

    private void config(int slot, int function, int offset, int size, long value) {
        ports.write(0xCF8, 4, 1L << 31 | slot << 11 | function << 8 | offset & 0xFC);
        ports.write(0xCFC + (offset & 3), size, value);
    }

    @Test
    void readsIdentityInAllWidths() throws DeviceException {
        bus.plug(nic(""), new PciSlot(3, 0));

        assertThat(config(3, 0, 0, 4)).isEqualTo(0x100E8086L);
        assertThat(config(3, 0, 2, 2)).isEqualTo(0x100E);
        assertThat(config(3, 0, 1, 1)).isEqualTo(0x80);
        assertThat(config(3, 0, 8, 4)).isEqualTo(0x02000003L);
        assertThat(config(3, 1, 0, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(config(4, 0, 0, 2)).isEqualTo(0xFFFF);
    }

    @Test
    void withoutEnableBitTheWindowIsDead() throws DeviceException {
        bus.plug(nic(""), new PciSlot(0, 0));
        ports.write(0xCF8, 4, 0);

        assertThat(ports.read(0xCFC, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(ports.read(0xCF8, 4)).isZero();
    }

    @Test
    void narrowAccessesToTheAddressPortsGoToTheirSharer() {
        ports.write(0xCF8, 4, 0x80001234L);
        ports.write(0xCF9, 1, 0x06);

        assertThat(shared).isEqualTo(6);
        assertThat(ports.read(0xCF9, 1)).isEqualTo(6);
        assertThat(ports.read(0xCF8, 4)).isEqualTo(0x80001234L);
    }

    @Test
    void sizesAndMapsBars() throws DeviceException {
        PciFunction nic = nic("");
        bus.plug(nic, new PciSlot(3, 0));
        for (int offset = 0x10; offset <= 0x1C; offset += 4) {
            config(3, 0, offset, 4, 0xFFFFFFFFL);
        }
        config(3, 0, 0x30, 4, 0xFFFFFFFEL);

        assertThat(config(3, 0, 0x10, 4)).isEqualTo(0xFFFE0000L);
        assertThat(config(3, 0, 0x14, 4)).isEqualTo(0xFFFFFFC1L);
        assertThat(config(3, 0, 0x18, 4)).isEqualTo(0xFFF0000CL);
        assertThat(config(3, 0, 0x1C, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(config(3, 0, 0x30, 4)).isEqualTo(0xFFFF0000L);

        config(3, 0, 0x10, 4, 0xFEB80000L);
        config(3, 0, 0x14, 4, 0xC040);
        config(3, 0, 0x18, 4, 0);
        config(3, 0, 0x1C, 4, 2);
        config(3, 0, 0x30, 4, 0xFEA00001L);
        assertThat(memory.read(0xFEB80000L, 4)).isEqualTo(0xFFFFFFFFL);

        config(3, 0, 4, 2, 3);
        assertThat(memory.read(0xFEB80000L, 4)).isEqualTo(0x11);
        assertThat(memory.read(0x2_0000_0000L, 4)).isEqualTo(0x33);
        assertThat(memory.read(0xFEA00000L, 1)).isEqualTo(0x44);
        assertThat(ports.read(0xC07F, 1)).isEqualTo(0x22);
        assertThat(ports.read(0xC080, 1)).isEqualTo(0xFF);

        config(3, 0, 0x10, 4, 0xFEBC0000L);
        assertThat(memory.read(0xFEB80000L, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(memory.read(0xFEBC0000L, 4)).isEqualTo(0x11);

        bus.unplug(nic);
        assertThat(memory.view().ranges()).isEmpty();
        assertThat(ports.read(0xC040, 1)).isEqualTo(0xFF);
    }

    @Test
    void wiresSwizzleAndShare() throws DeviceException {
        PciFunction first = nic("");
        PciFunction second = nic("");
        bus.plug(first, new PciSlot(3, 0));
        bus.plug(second, new PciSlot(7, 0));

        first.setInterrupt(true);
        second.setInterrupt(true);
        first.setInterrupt(false);
        assertThat(wires).containsExactly(false, false, false, true);
        assertThat(config(7, 0, 6, 2) & 8).isEqualTo(8);

        config(7, 0, 4, 2, PciRegister.COMMAND_INTX_DISABLE);
        assertThat(wires).containsExactly(false, false, false, false);
        config(7, 0, 4, 2, 0);
        assertThat(wires[3]).isTrue();
        bus.unplug(second);
        assertThat(wires[3]).isFalse();
    }

    @Test
    void stateSurvivesAndForeignStateIsRefused() throws DeviceException {
        PciFunction nic = nic("");
        bus.plug(nic, new PciSlot(3, 0));
        config(3, 0, 0x14, 4, 0xC000);
        config(3, 0, 4, 2, 7);
        nic.setInterrupt(true);
        PciFunction.State saved = nic.save();
        bus.unplug(nic);

        PciFunction other = nic("");
        bus.plug(other, new PciSlot(3, 0));
        other.restore(saved);
        assertThat(other.save()).isEqualTo(saved);
        assertThat(ports.read(0xC000, 1)).isEqualTo(0x22);
        assertThat(wires[3]).isTrue();

        byte[] foreign = saved.config();
        foreign[2] ^= 1;
        assertThatThrownBy(() -> other.restore(new PciFunction.State(foreign, false)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.restore(new PciFunction.State(new byte[3], false)))
                .isInstanceOf(IllegalArgumentException.class);

        other.reset();
        assertThat(config(3, 0, 0x14, 4)).isEqualTo(1);
        assertThat(ports.read(0xC000, 1)).isEqualTo(0xFF);
        assertThat(wires[3]).isFalse();
    }

    @Test
    void slotsAreCheckedAndAllocated() throws DeviceException {
        assertThat(bus.plug(nic("a"))).isEqualTo(new PciSlot(0, 0));
        assertThat(bus.plug(nic("b"))).isEqualTo(new PciSlot(1, 0));
        assertThatThrownBy(() -> bus.plug(nic("c"), new PciSlot(1, 0)))
                .hasMessage("PCI: slot 1 function 0 not available for e1000, in use by e1000,id=b");
        assertThatThrownBy(() -> bus.plug(nic("c"), new PciSlot(1, 2))).isInstanceOf(DeviceException.class);
        for (int i = 2; i < 32; i++) {
            bus.plug(nic(""));
        }
        assertThatThrownBy(() -> bus.plug(nic("d")))
                .hasMessage("PCI: no slot/function available for e1000, all in use or reserved");
        assertThat(PciSlot.parse("1f.7")).isEqualTo(new PciSlot(31, 7));
        assertThatThrownBy(() -> PciSlot.parse("20")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PciSlot.parse("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void capabilitiesFormAList() throws DeviceException {
        PciFunction nic = nic("");
        int first = nic.addCapability(0x01, 8);
        int second = nic.addCapability(0x05, 14);
        bus.plug(nic, new PciSlot(2, 0));

        assertThat(config(2, 0, 6, 2) & 0x10).isEqualTo(0x10);
        assertThat(config(2, 0, 0x34, 1)).isEqualTo(second);
        assertThat(config(2, 0, second, 2)).isEqualTo(first << 8 | 5);
        assertThat(config(2, 0, first, 2)).isEqualTo(1);
    }

    @Test
    void describesItselfAsQueryPciShows() throws DeviceException {
        bus.plug(nic("net1"), new PciSlot(5, 0));
        PciInfo info = PciInfo.of(bus);

        PciInfo.Device device = info.devices().getFirst();
        assertThat(device.class_info()).containsEntry("class", 512).containsEntry("desc", "Ethernet controller");
        assertThat(device.id()).containsEntry("vendor", 0x8086).containsEntry("device", 0x100E);
        assertThat(device.irq()).isZero();
        assertThat(device.qdev_id()).isEqualTo("net1");
        assertThat(device.regions()).extracting(PciInfo.Region::bar).containsExactly(0, 1, 2, 6);
        assertThat(device.regions()).extracting(PciInfo.Region::address).containsOnly(-1L);
        assertThat(device.regions().get(1).prefetch()).isNull();
        assertThat(device.regions().get(2).mem_type_64()).isTrue();
    }

    @Test
    void anyTrafficIsBorne() throws DeviceException {
        bus.plug(nic(""), new PciSlot(1, 0));
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            int size = 1 << random.nextInt(3);
            ports.write(0xCF8, 4, 1L << 31 | 1 << 11 | random.nextInt(256));
            if (random.nextBoolean()) {
                ports.write(0xCFC + random.nextInt(4), size, random.nextLong());
            } else {
                ports.read(0xCFC + random.nextInt(4), size);
            }
        }
        assertThat(config(1, 0, 0, 4)).isEqualTo(0x100E8086L);
    }
}
