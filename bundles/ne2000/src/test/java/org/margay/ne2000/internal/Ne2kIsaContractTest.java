package org.margay.ne2000.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.net.Netdev;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.BenchIsaBus;
import org.margay.testkit.cards.RecordingNetdev;

final class Ne2kIsaContractTest extends DeviceContract<Dp8390.State> {
    @Override
    protected void prepare(DeviceBench bench) {
        TestCard.addBackend(bench);
    }

    @Override
    protected Device<Dp8390.State> create(DeviceBench bench) {
        try {
            return new BenchIsaBus(bench).plug(new Ne2kIsaDriver(), Map.of("netdev", "n0", "mac", TestCard.MAC));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    private static TestCard card(DeviceBench bench) {
        return new TestCard(bench, 0x300, "irq9");
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<Dp8390.State> device) {
        if (random.nextInt(4) == 0) {
            card(bench).start();
        } else if (card(bench).netdev.client().peerReady()) {
            card(bench).receive(TestCard.frame(60 + random.nextInt(1400)));
        }
    }

    @Override
    protected Class<Dp8390.State> stateType() {
        return Dp8390.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Dp8390.State> device) {
        assertThat(bench.in(0x300)).as("CR").isEqualTo(0x21);
        assertThat(bench.in(0x307)).as("ISR").isEqualTo(0x80);
    }

    @Override
    protected List<HostileState<Dp8390.State>> hostileStates() {
        return List.of(
                good -> with(good, 0x100, good.memory()),
                good -> with(good, 0x21, new byte[100]),
                good -> with(good, 0x21, new byte[1 << 20]));
    }

    private static Dp8390.State with(Dp8390.State good, int command, byte[] memory) {
        return new Dp8390.State(
                command,
                good.pageStart(),
                good.pageStop(),
                good.boundary(),
                good.currentPage(),
                good.transmitPage(),
                good.transmitCount(),
                good.interruptStatus(),
                good.interruptMask(),
                good.dataConfiguration(),
                good.transmitConfiguration(),
                good.receiveConfiguration(),
                good.transmitStatus(),
                good.receiveStatus(),
                good.counters(),
                good.addresses(),
                good.dma(),
                memory,
                good.patience());
    }

    @Test
    void aFrameEachWay() {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        Device<Dp8390.State> device = create(bench);
        TestCard card = card(bench);
        card.start();
        card.send(TestCard.frame(100));
        assertThat(card.sent()).containsExactly(TestCard.frame(100));
        card.takeInterrupts();
        card.receive(TestCard.frame(100));
        assertThat(bench.line("irq9").high()).isTrue();
        assertThat(card.readFrame()).isEqualTo(TestCard.frame(100));
        device.close();
        assertThat(bench.line("irq9").high()).isFalse();
        assertThat(((RecordingNetdev) bench.machine()
                                .backends()
                                .find(Netdev.class, "n0")
                                .orElseThrow())
                        .client()
                        .peer())
                .isNull();
    }

    @Test
    void otherPortsAndInterrupts() throws DeviceException {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        BenchIsaBus bus = new BenchIsaBus(bench);
        bus.plug(new Ne2kIsaDriver(), Map.of("netdev", "n0", "iobase", "0x280", "irq", "5"));
        TestCard card = new TestCard(bench, 0x280, "irq5");
        card.start();
        card.send(TestCard.frame(60));
        assertThat(card.interrupted()).isTrue();
        assertThatThrownBy(() -> bus.plug(new Ne2kIsaDriver(), Map.of("iobase", "0xfff0")))
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        e -> assertThat(e.description()).isEqualTo("Property 'ne2k_isa.iobase' is not a port: 0xfff0"));
        assertThatThrownBy(() -> bus.plug(new Ne2kIsaDriver(), Map.of("irq", "2")))
                .isInstanceOf(DeviceException.class);
    }
}
