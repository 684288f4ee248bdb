package org.margay.firmware.internal.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.WakeupCause;
import org.margay.memory.AccessSizes;
import org.margay.memory.GuestRam;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.internal.piix.I440fxHostBridge;
import org.margay.pc.internal.piix.Piix3IsaBridge;
import org.margay.pc.internal.piix.Piix4PowerManagement;
import org.margay.pc.internal.piix.PirqRouter;
import org.margay.pci.BridgeReserve;
import org.margay.pci.InterruptMessages;
import org.margay.pci.PciBar;
import org.margay.pci.PciBridge;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciHotplug;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciInfo;
import org.margay.pci.PciSlot;
import org.margay.testkit.BenchMachine;

class BuiltInFirmwareTest {
    private static final int RAM = 64 << 20;
    private static final MemoryLayout LAYOUT = new MemoryLayout(RAM, 0);
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final IoHandler SILENT = new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return -1;
        }

        @Override
        public void write(long offset, int size, long value) {}
    };

    private final BenchMachine machine = new BenchMachine();
    private final GuestRam ram = GuestRam.allocate("pc.ram", RAM);
    private final RecordingCpu cpu = new RecordingCpu();
    private PciBus bus;

    @BeforeEach
    void buildBoard() throws DeviceException {
        MemoryRegion pciMemory = MemoryRegion.container("pci", 1L << 52);
        PirqRouter router = new PirqRouter(Collections.nCopies(16, IrqLine.UNCONNECTED));
        bus = new PciBus("pci.0", pciMemory, machine.portRoot(), machine.memory(), router, InterruptMessages.NONE);
        Piix3IsaBridge isa = new Piix3IsaBridge(machine, bus, new PciSlot(1, 0), router);
        I440fxHostBridge host = new I440fxHostBridge(machine, bus, ram, pciMemory, isa.resetControl());
        Piix4PowerManagement pm = new Piix4PowerManagement(machine, bus, new PciSlot(1, 3), IrqLine.UNCONNECTED);
        machine.onReset(host::reset);
        machine.onReset(isa::reset);
        machine.onReset(pm::reset);
        machine.cpus().add(cpu);
    }

    @AfterEach
    void free() {
        ram.close();
    }

    private void powerOn() {
        new BuiltInFirmware(machine, bus, LAYOUT, Optional.of(ID), Optional.empty());
        machine.reset();
        machine.firstInstruction();
    }

    private void plug(int slot, int function, int pin, PciBar... bars) throws DeviceException {
        PciFunction device = new PciFunction("test", "", new PciIdentity(0x1234, 0x5678, 0, 0x020000, pin));
        for (PciBar bar : bars) {
            device.addBar(bar);
        }
        bus.plug(device, new PciSlot(slot, function));
    }

    private static PciBar bar(int index, PciBar.Kind kind, long size) {
        return new PciBar(index, kind, MemoryRegion.io("bar" + index, size, AccessSizes.UP_TO_4, SILENT));
    }

    /** Address of a text on a 16-byte boundary of the BIOS area. */
    private long find(String signature) {
        byte[] wanted = signature.getBytes(StandardCharsets.US_ASCII);
        byte[] seen = new byte[wanted.length];
        for (long at = 0xF0000; at < 0x100000; at += 16) {
            machine.memory().read(at, seen, 0, seen.length);
            if (Arrays.equals(wanted, seen)) {
                return at;
            }
        }
        throw new AssertionError("no " + signature);
    }

    private int sum(long address, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (int) machine.memory().read(address + i, 1);
        }
        return sum & 0xFF;
    }

    private long read(long address, int size) {
        return machine.memory().read(address, size);
    }

    /** The devices of the default board of 2012 get the addresses that its firmware gave them. */
    @Test
    void assignsAddressesAndInterruptsAsTheBiosOfTheTimeDid() throws DeviceException {
        plug(1, 1, 0, bar(4, PciBar.Kind.IO, 16));
        plug(
                2,
                0,
                0,
                bar(0, PciBar.Kind.MEMORY_PREFETCH, 32 << 20),
                bar(1, PciBar.Kind.MEMORY, 4096),
                bar(PciBar.ROM, PciBar.Kind.EXPANSION_ROM, 64 << 10));
        plug(
                3,
                0,
                1,
                bar(0, PciBar.Kind.MEMORY, 128 << 10),
                bar(1, PciBar.Kind.IO, 64),
                bar(PciBar.ROM, PciBar.Kind.EXPANSION_ROM, 128 << 10));
        powerOn();

        List<PciInfo.Device> devices = PciInfo.of(bus).devices();
        assertThat(devices).extracting(PciInfo.Device::slot).containsExactly(0, 1, 1, 1, 2, 3);
        assertThat(devices.get(2).regions()).extracting(PciInfo.Region::address).containsExactly(0xC040L);
        assertThat(devices.get(3).irq()).isEqualTo(9);
        assertThat(devices.get(4).regions())
                .extracting(PciInfo.Region::address)
                .containsExactly(0xFC000000L, 0xFEBF0000L, -1L);
        assertThat(devices.get(5).regions())
                .extracting(PciInfo.Region::address)
                .containsExactly(0xFEBA0000L, 0xC000L, -1L);
        assertThat(devices.get(5).irq()).isEqualTo(11);
        assertThat(bus.readConfig(0, 1 << 3, 0x60, 4)).isEqualTo(0x0B0B0A0A);
    }

    @Test
    void whatDoesNotFitStaysUnmapped() throws DeviceException {
        plug(2, 0, 0, bar(0, PciBar.Kind.MEMORY, 1L << 31), bar(1, PciBar.Kind.MEMORY, 1L << 31));
        plug(3, 0, 0, bar(0, PciBar.Kind.MEMORY_64_PREFETCH, 1L << 38), bar(2, PciBar.Kind.MEMORY, 4096));
        powerOn();

        List<PciInfo.Device> devices = PciInfo.of(bus).devices();
        assertThat(devices.get(3).regions()).extracting(PciInfo.Region::address).contains(-1L);
        assertThat(devices.get(4).regions().get(0).address()).isEqualTo(-1);
        assertThat(read(0x1000, 4)).as("RAM is still RAM").isZero();
    }

    @Test
    void leavesTheTablesWhereSystemsLookForThem() {
        powerOn();

        long rsdp = find("RSD PTR ");
        assertThat(sum(rsdp, 36)).isZero();
        assertThat(read(rsdp + 24, 8)).isGreaterThan(LAYOUT.tables()).isLessThan(RAM);
        assertThat(read(read(rsdp + 24, 8), 4)).isEqualTo(0x54445358);
        long mp = find("_MP_");
        assertThat(sum(mp, 16)).isZero();
        long configuration = read(mp + 4, 4);
        assertThat(sum(configuration, (int) read(configuration + 4, 2))).isZero();
        long smbios = find("_SM_");
        assertThat(sum(smbios, 31)).isZero();
        assertThat(sum(smbios + 16, 15)).isZero();
        long system = read(smbios + 24, 4);
        while (read(system, 1) != 1) {
            system += read(system + 1, 1);
            while (read(system, 2) != 0) {
                system++;
            }
            system += 2;
        }
        assertThat(read(system + 8, 4)).isEqualTo(0x00112233);
        assertThat(read(system + 12, 2)).isEqualTo(0x4455);
        assertThat(read(system + 16, 4)).isEqualTo(0xBBAA9988L);
        machine.memory().write(rsdp, 1, 0);
        assertThat(read(rsdp, 1)).as("the BIOS area is write-protected").isEqualTo('R');
    }

    @Test
    void leavesBiosDataAndVectors() {
        powerOn();

        assertThat(read(0x413, 2)).isEqualTo(639);
        assertThat(read(0x40E, 2)).isEqualTo(0x9FC0);
        assertThat(read(0x9FC00, 1)).isEqualTo(1);
        for (int vector = 0; vector < 256; vector++) {
            long handler = (read(4 * vector + 2, 2) << 4) + read(4 * vector, 2);
            assertThat(handler).isBetween(0xF0000L, 0xFFFFFL);
            assertThat(read(handler, 1)).isIn(0xCFL, 0x50L);
        }
        assertThat(read(0xFFFFFFF0L, 1)).isEqualTo(0xEA);
        assertThat(read(0xFFFF0, 1)).isEqualTo(0xEA);
    }

    @Test
    void aSecondResetDoesItAllAgain() {
        powerOn();
        machine.memory().write(LAYOUT.tables(), 8, 0);
        machine.memory().write(0x413, 2, 0);
        machine.reset();
        machine.firstInstruction();

        assertThat(read(LAYOUT.tables(), 4)).isEqualTo(0x53434146);
        assertThat(read(0x413, 2)).isEqualTo(639);
    }

    @Test
    void aWokenGuestGoesOnAtItsVector() {
        powerOn();
        machine.memory().write(LAYOUT.tables() + 12, 4, 0x9A010);
        machine.memory().write(0x413, 2, 0x1234);
        machine.wake(WakeupCause.OTHER);
        machine.reset();
        machine.firstInstruction();

        assertThat(cpu.set).isNotNull();
        assertThat(cpu.set.segments().get(1).selector()).isEqualTo(0x9A01);
        assertThat(cpu.set.segments().get(1).base()).isEqualTo(0x9A010);
        assertThat(cpu.set.rip()).isZero();
        assertThat(cpu.set.cr0() & 1).isZero();
        assertThat(read(0x413, 2)).as("memory stays").isEqualTo(0x1234);
        assertThat(find("RSD PTR ")).isPositive();
        assertThat(machine.ports().read(0x600, 2) & 0x8100)
                .as("wake status, power button")
                .isEqualTo(0x8100);
    }

    @Test
    void theMemoryMapCoversAllRamWithoutOverlap() {
        MemoryLayout large = new MemoryLayout(0xE0000000L, 1L << 32);
        long end = 0;
        long usable = 0;
        for (MemoryLayout.Range range : large.ranges()) {
            assertThat(range.start()).isGreaterThanOrEqualTo(end);
            end = range.end();
            usable += range.kind() == MemoryLayout.Kind.RAM ? range.size() : 0;
        }
        assertThat(end).isEqualTo(2L << 32);
        assertThat(usable).isGreaterThan(0xE0000000L + (1L << 32) - (1 << 20));
        assertThat(large.ramTable()).hasSize(40);
    }

    private static PciBridge unplugged(PciBus primary, String name) {
        Device<?> owner = (Device<?>)
                Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class}, (_, _, _) -> null);
        PciIdentity identity = new PciIdentity(0x1B36, 1, 0, 0x060400, 1);
        return new PciBridge(primary, "bridge", "", identity, name, PciBus.SLOTS, owner);
    }

    private static PciBridge bridge(PciBus primary, int slot) throws DeviceException {
        PciBridge made = unplugged(primary, primary.name() + slot);
        primary.plug(made.pci(), new PciSlot(slot, 0));
        return made;
    }

    private static PciFunction card(PciBus on, int slot, PciBar... bars) throws DeviceException {
        PciFunction card = new PciFunction("test", "", new PciIdentity(0x1234, 0x5678, 0, 0x020000, 1));
        List.of(bars).forEach(card::addBar);
        on.plug(card, new PciSlot(slot, 0));
        return card;
    }

    @Test
    void numbersBridgesAndOpensWindowsOnWhatIsBehind() throws DeviceException {
        PciBridge first = bridge(bus, 4);
        PciBridge inner = bridge(first.secondary(), 1);
        PciBridge second = bridge(bus, 6);
        PciFunction deep = card(
                inner.secondary(),
                2,
                bar(0, PciBar.Kind.MEMORY, 128 << 10),
                bar(1, PciBar.Kind.IO, 64),
                bar(2, PciBar.Kind.MEMORY_64_PREFETCH, 4 << 20));
        PciFunction near = card(first.secondary(), 3, bar(0, PciBar.Kind.MEMORY, 2 << 20));
        powerOn();

        assertThat(first.secondary().number()).isEqualTo(1);
        assertThat(inner.secondary().number()).isEqualTo(2);
        assertThat(second.secondary().number()).isEqualTo(3);
        PciInfo.Bus numbers = bridgeIn(4).bus();
        assertThat(numbers.subordinate()).isEqualTo(2);
        assertThat(numbers.io_range()).isEqualTo(new PciInfo.Range(0xC000, 0xCFFF));
        assertThat(size(numbers.memory_range())).as("room for cards to come").isEqualTo(4 << 20);
        assertThat(size(numbers.prefetchable_range())).isEqualTo(4 << 20);
        assertThat(size(bridgeIn(6).bus().memory_range()))
                .as("nothing but room")
                .isEqualTo(2 << 20);
        machine.reset();
        second.secondary().setHotplug(PciHotplug.NONE);
        machine.firstInstruction();
        assertThat(size(bridgeIn(6).bus().memory_range())).as("closed").isNegative();
        for (PciBar bar : deep.bars()) {
            assertThat(deep.addressOf(bar)).isNotEqualTo(PciFunction.UNMAPPED);
        }
        long address = near.addressOf(near.bars().getFirst());
        assertThat(address)
                .isBetween(numbers.memory_range().base(), numbers.memory_range().limit());
        assertThat(machine.memory().view().find(address))
                .as("seen from the root bus")
                .isNotNull();
        assertThat(machine.memory().view().find(deep.addressOf(deep.bars().getFirst())))
                .isNotNull();
        assertThat(machine.ports().view().find(deep.addressOf(deep.bars().get(1))))
                .isNotNull();
        // Slot 2 behind slot 1 behind slot 4: PIRQC#.
        assertThat(deep.config().getByte(0x3C)).isEqualTo(11);
        assertThat(near.config().getByte(0x3C)).isEqualTo(11);
        assertThat(deep.config().getWord(4) & 3).isEqualTo(3);
    }

    @Test
    void keepsFreeWhatABridgeAsksFor() throws DeviceException {
        PciBridge first = unplugged(bus, "first");
        new BridgeReserve(2, 8192, 16 << 20, BridgeReserve.OPEN, 32 << 20).addTo(first.pci());
        bus.plug(first.pci(), new PciSlot(4, 0));
        bridge(bus, 5);
        powerOn();
        PciInfo.Bus registers = bridgeIn(4).bus();
        assertThat(registers.subordinate()).isEqualTo(3);
        assertThat(size(registers.io_range())).isEqualTo(8192);
        assertThat(size(registers.memory_range())).isEqualTo(16 << 20);
        assertThat(size(registers.prefetchable_range())).isEqualTo(32 << 20);
        assertThat(bridgeIn(5).bus().secondary()).isEqualTo(4);
    }

    @Test
    void whatDoesNotFitIsNotKeptFree() throws DeviceException {
        PciBridge greedy = unplugged(bus, "greedy");
        new BridgeReserve(BridgeReserve.OPEN, 0, 0xFFFF_FFFEL, BridgeReserve.OPEN, 1L << 40).addTo(greedy.pci());
        bus.plug(greedy.pci(), new PciSlot(4, 0));
        PciFunction card = card(greedy.secondary(), 0, bar(0, PciBar.Kind.MEMORY, 4096));
        powerOn();
        assertThat(size(bridgeIn(4).bus().memory_range())).isEqualTo(1 << 20);
        assertThat(card.addressOf(card.bars().getFirst())).isNotEqualTo(PciFunction.UNMAPPED);
    }

    private static long size(PciInfo.Range range) {
        return range.limit() - range.base() + 1;
    }

    private PciInfo.Bridge bridgeIn(int slot) {
        return PciInfo.of(bus).devices().stream()
                .filter(device -> device.slot() == slot)
                .findFirst()
                .orElseThrow()
                .pci_bridge();
    }

    @Test
    void manyBridgesGetPortsBelowToo() throws DeviceException {
        for (int slot = 2; slot < 8; slot++) {
            PciBridge bridge = bridge(bus, slot);
            card(bridge.secondary(), 0, bar(0, PciBar.Kind.IO, 256));
        }
        powerOn();
        assertThat(bridgeIn(2).bus().io_range()).isEqualTo(new PciInfo.Range(0x1000, 0x1FFF));
        assertThat(bridgeIn(7).bus().io_range()).isEqualTo(new PciInfo.Range(0x6000, 0x6FFF));
    }
}
