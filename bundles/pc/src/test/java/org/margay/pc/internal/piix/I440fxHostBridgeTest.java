package org.margay.pc.internal.piix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.WakeupCause;
import org.margay.memory.GuestRam;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.PciFunction;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class I440fxHostBridgeTest extends DeviceContract<I440fxHostBridge.State> {
    private static final IoHandler NOTHING = new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return -1;
        }

        @Override
        public void write(long offset, int size, long value) {}
    };

    private final GuestRam ram = GuestRam.allocate("pc.ram", 2 << 20);
    private final GuestRam rom = GuestRam.allocate("pc.bios", 128 << 10);

    @AfterEach
    void free() {
        ram.close();
        rom.close();
    }

    @Override
    protected I440fxHostBridge create(DeviceBench bench) {
        MemoryRegion pciMemory = MemoryRegion.container("pci", 1L << 40);
        pciMemory.add(MemoryRegion.rom("isa-bios", rom, 0, rom.size()), 0xE0000);
        return PciBench.make(
                bench, pciMemory, (bus, _) -> new I440fxHostBridge(bench.machine(), bus, ram, pciMemory, NOTHING));
    }

    @Override
    protected Class<I440fxHostBridge.State> stateType() {
        return I440fxHostBridge.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<I440fxHostBridge.State> device) {
        PciBench.randomConfigWrite(random, bench, 0, 0x59, 0x5A, 0x5D, 0x5F, 0x72);
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<I440fxHostBridge.State> device) {
        assertThat(bench.in(0xCF8, 4)).isZero();
        assertThat(PciBench.config(bench, 0, 0, 4)).isEqualTo(0x12378086);
        assertThat(PciBench.config(bench, 0, 4, 4)).isEqualTo(0x02800006);
        assertThat(PciBench.config(bench, 0, 8, 4)).isEqualTo(0x06000002);
        assertThat(PciBench.config(bench, 0, 0x59, 4)).isZero();
        assertThat(PciBench.config(bench, 0, 0x72, 1)).isEqualTo(2);
    }

    @Override
    protected List<HostileState<I440fxHostBridge.State>> hostileStates() {
        return List.of(
                good -> new I440fxHostBridge.State(new PciFunction.State(new byte[0], false), 0),
                good -> new I440fxHostBridge.State(new PciFunction.State(new byte[256], false), 0));
    }

    @Test
    void pamShadowsTheBios() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        rom.set(0x10000, 4, 0x11111111);
        ram.set(0xF0000, 4, 0x22222222);

        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x11111111);
        bench.writeMemory(0xF0000, 1, 0x33);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x11111111);

        PciBench.config(bench, 0, 0x59, 1, 0x20);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x11111111);
        bench.writeMemory(0xF0000, 4, 0x44444444);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x11111111);

        PciBench.config(bench, 0, 0x59, 1, 0x10);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x44444444);
        bench.writeMemory(0xF0000, 4, 0x55555555);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x44444444);

        PciBench.config(bench, 0, 0x59, 1, 0x30);
        bench.writeMemory(0xF0000, 4, 0x66666666);
        assertThat(bench.readMemory(0xF0000, 4)).isEqualTo(0x66666666);
    }

    @Test
    void eachPamHalfHasItsSegment() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        for (int segment = 0; segment < 12; segment++) {
            int address = 0xC0000 + segment * 0x4000;
            PciBench.config(bench, 0, 0x5A + segment / 2, 1, segment % 2 == 0 ? 0x03 : 0x30);
            bench.writeMemory(address, 4, 0x1000 + segment);
            assertThat(bench.readMemory(address, 4)).as("segment %x", address).isEqualTo(0x1000 + segment);
            PciBench.config(bench, 0, 0x5A + segment / 2, 1, 0);
            assertThat(bench.readMemory(address, 4)).isNotEqualTo(0x1000 + segment);
        }
    }

    @Test
    void shadowRamStaysWhenTheGuestIsWoken() {
        DeviceBench bench = new DeviceBench();
        I440fxHostBridge bridge = create(bench);
        PciBench.config(bench, 0, 0x59, 1, 0x10);
        bench.machine().wake(WakeupCause.OTHER);
        bridge.reset();
        assertThat(PciBench.config(bench, 0, 0x59, 1)).isEqualTo(0x10);
        bridge.reset();
        assertThat(PciBench.config(bench, 0, 0x59, 1)).isZero();
    }

    @Test
    void smramOpensUntilLocked() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        assertThat(bench.readMemory(0xA0000, 4)).isEqualTo(0xFFFFFFFFL);
        PciBench.config(bench, 0, 0x72, 1, 0x4A);
        bench.writeMemory(0xA0000, 4, 0x12345678);
        assertThat(bench.readMemory(0xA0000, 4)).isEqualTo(0x12345678);
        PciBench.config(bench, 0, 0x72, 1, 0x5A);
        assertThat(bench.readMemory(0xA0000, 4)).isEqualTo(0xFFFFFFFFL);
        PciBench.config(bench, 0, 0x72, 1, 0x4A);
        assertThat(PciBench.config(bench, 0, 0x72, 1)).isEqualTo(0x1A);
    }

    @Test
    void configurationPortsReachTheBridge() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        bench.out(0xCF8, 4, 0x80000000L);
        assertThat(bench.in(0xCFC, 4)).isEqualTo(0x12378086);
        assertThat(bench.in(0xCFE, 2)).isEqualTo(0x1237);
    }

    @Test
    void ramIsSplitAtTheHole() {
        assertThat(I440fxHostBridge.lowRam(8L << 30)).isEqualTo(0xE0000000L);
        assertThat(I440fxHostBridge.lowRam(128 << 20)).isEqualTo(128 << 20);
    }
}
