package org.margay.virtio.net.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.net.Frame;
import org.margay.net.Offload;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;
import org.margay.testkit.cards.VirtioDriverBench;

/** The contract of network cards, driven by the legacy and by the modern interface. */
abstract class VirtioNetContractTest extends NicContract<VirtioNetDriver.State> {
    private final boolean modern;

    VirtioNetContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends VirtioNetContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends VirtioNetContractTest {
        ModernTest() {
            super(true);
        }
    }

    @Override
    protected DeviceDriver<?, VirtioNetDriver.State> driver() {
        return new VirtioNetPci();
    }

    @Override
    protected void bringUp(CardBench cards, Device<VirtioNetDriver.State> card) {
        CardBench.map(((PciDevice<?>) card).pci());
        VirtioDriverBench driver = NetBench.driver(cards, card, modern);
        driver.negotiate(-1);
        VirtioDriverBench.Queue receive = driver.queue(NetBench.RECEIVE);
        VirtioDriverBench.Queue transmit = driver.queue(NetBench.TRANSMIT);
        driver.queue(NetBench.CONTROL);
        driver.ready();
        for (int i = 0; i < 64; i++) {
            receive.offer(1600);
        }
        receive.kick();
        transmit.chain().readable(new byte[12]).readable(new byte[60]).add();
        transmit.kick();
        cards.bench().machine().runTasks();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<VirtioNetDriver.State> device) {
        VirtioNet.State state = device.save().device();
        assertThat(state.filter().modes()).containsExactly(ReceiveFilter.Mode.PROMISCUOUS);
        assertThat(state.guestOffloads()).isZero();
        assertThat(state.receiver().held()).isNull();
        assertThat(state.transmitter().pending()).isFalse();
        assertThat(state.transmitter().untold()).isZero();
        assertThat(state.address()).isEqualTo(0x525400123456L);
        assertThat(device.save().transport().core().status()).isZero();
    }

    @Override
    protected List<HostileState<VirtioNetDriver.State>> hostileStates() {
        return List.of(
                good -> with(good, 1L << 48, 0, null),
                good -> with(good, 0, 1, null),
                good -> with(good, 0, 1L << 63, null),
                good -> with(good, 0, 0, new Receiver.Held(new byte[Frame.MAXIMUM + 1], Offload.NONE)),
                good -> new VirtioNetDriver.State(good.transport(), null),
                good -> new VirtioNetDriver.State(null, good.device()),
                good -> withFilter(good, new long[65], new long[64]),
                good -> withFilter(good, new long[0], new long[63]));
    }

    private static VirtioNetDriver.State with(
            VirtioNetDriver.State good, long address, long guestOffloads, Receiver.Held held) {
        VirtioNet.State card = good.device();
        return new VirtioNetDriver.State(
                good.transport(),
                new VirtioNet.State(
                        address,
                        card.link(),
                        guestOffloads,
                        card.filter(),
                        card.transmitter(),
                        new Receiver.State(held, false),
                        false));
    }

    private static VirtioNetDriver.State withFilter(VirtioNetDriver.State good, long[] addresses, long[] vlans) {
        VirtioNet.State card = good.device();
        return new VirtioNetDriver.State(
                good.transport(),
                new VirtioNet.State(
                        card.address(),
                        card.link(),
                        card.guestOffloads(),
                        new ReceiveFilter.State(List.of(), addresses, false, new long[0], false, vlans),
                        card.transmitter(),
                        card.receiver(),
                        false));
    }
}
