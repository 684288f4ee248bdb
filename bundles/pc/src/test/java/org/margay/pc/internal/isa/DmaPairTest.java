package org.margay.pc.internal.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class DmaPairTest extends DeviceContract<DmaPair.State> {
    @Override
    protected Device<DmaPair.State> create(DeviceBench bench) {
        return new DmaPair(bench.ports(), bench.machine().memory());
    }

    @Override
    protected Class<DmaPair.State> stateType() {
        return DmaPair.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<DmaPair.State> device) {
        int number = random.nextInt(8);
        DmaChannel channel = ((DmaPair) device).channel(number == 4 ? 5 : number);
        channel.request(random.nextBoolean());
        channel.transfer(new byte[64], 0, random.nextInt(64));
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<DmaPair.State> device) {
        bench.in(0x08);
        assertThat(bench.in(0x0F)).as("all masked").isEqualTo(0xFF);
        assertThat(bench.in(0xDE)).isEqualTo(0xFF);
        assertThat(bench.in(0x08) & 0x0F).isZero();
    }

    @Override
    protected List<HostileState<DmaPair.State>> hostileStates() {
        return List.of(
                good -> new DmaPair.State(null, good.words(), good.pages()),
                good -> new DmaPair.State(good.bytes(), good.words(), new byte[15]));
    }

    private final DeviceBench bench = new DeviceBench();
    private final DmaPair dma = new DmaPair(bench.ports(), bench.machine().memory());

    @Test
    void channel2WritesASectorAndReachesItsTerminalCount() {
        try (GuestRam ram = GuestRam.allocate("ram", 1 << 20)) {
            bench.memory().add(MemoryRegion.ram(ram), 0);
            bench.out(0x0C, 0);
            bench.out(0x0B, 0x46);
            bench.out(0x04, 0x34);
            bench.out(0x04, 0x12);
            bench.out(0x05, 0x03);
            bench.out(0x05, 0x00);
            bench.out(0x81, 0x05);
            DmaChannel channel = dma.channel(2);
            boolean[] told = {false};
            channel.onReady(() -> told[0] = true);
            assertThat(channel.ready()).isFalse();
            bench.out(0xD4, 0x00);
            bench.out(0x0A, 0x02);
            assertThat(told[0]).isTrue();
            assertThat(channel.direction()).isEqualTo(DmaChannel.Direction.WRITE_MEMORY);
            assertThat(channel.remaining()).isEqualTo(4);
            assertThat(channel.transfer(new byte[] {1, 2, 3, 4, 5, 6}, 0, 6)).isEqualTo(4);
            assertThat(ram.getInt(0x51234)).isEqualTo(0x04030201);
            assertThat(bench.in(0x08)).isEqualTo(0x04);
            assertThat(bench.in(0x08)).isZero();
            assertThat(channel.ready()).as("masked at the terminal count").isFalse();
        }
    }

    @Test
    void channel5ReadsWordsAndStartsAgain() {
        try (GuestRam ram = GuestRam.allocate("ram", 1 << 20)) {
            bench.memory().add(MemoryRegion.ram(ram), 0);
            ram.set(0x20010, 8, 0x0807060504030201L);
            bench.out(0xD8, 0);
            bench.out(0xD6, 0x59);
            bench.out(0xC4, 0x08);
            bench.out(0xC4, 0x00);
            bench.out(0xC6, 0x01);
            bench.out(0xC6, 0x00);
            bench.out(0x8B, 0x02);
            bench.out(0xD4, 0x01);
            byte[] data = new byte[4];
            DmaChannel channel = dma.channel(5);
            assertThat(channel.transfer(data, 0, 4)).isEqualTo(4);
            assertThat(data).containsExactly(1, 2, 3, 4);
            assertThat(channel.ready()).as("auto-initialized").isTrue();
            assertThat(channel.remaining()).isEqualTo(4);
        }
    }
}
