package org.margay.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** The contract of devices, kept by the transport. */
abstract class EchoContractTest extends DeviceContract<EchoDevice.State> {
    private final boolean modern;

    EchoContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends EchoContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends EchoContractTest {
        ModernTest() {
            super(true);
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
    }

    @Override
    protected Device<EchoDevice.State> create(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(new EchoDevice.Driver(), Map.of());
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
    }

    @Override
    protected Class<EchoDevice.State> stateType() {
        return EchoDevice.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<EchoDevice.State> device) {
        CardBench cards = CardBench.of(bench);
        var pci = ((VirtioPci<?, ?>) device).pci();
        CardBench.map(pci);
        var driver = modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
        driver.negotiate(random.nextLong());
        VirtioDriverBench.Queue queue = driver.queue(0);
        driver.ready();
        for (int i = random.nextInt(6); i > 0; i--) {
            queue.chain()
                    .readable(new byte[random.nextInt(100)])
                    .writable(random.nextInt(100))
                    .add();
        }
        if (random.nextInt(4) == 0) {
            queue.setAvailableIndex(random.nextInt(1 << 16));
        }
        queue.kick();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<EchoDevice.State> device) {
        VirtioCoreState core = device.save().transport().core();
        assertThat(core.status()).isZero();
        assertThat(core.accepted()).isZero();
        assertThat(core.failed()).isFalse();
        assertThat(core.configVector()).isEqualTo(0xFFFF);
        assertThat(core.queues()).allSatisfy(queue -> {
            assertThat(queue.enabled()).isFalse();
            assertThat(queue.vector()).isEqualTo(0xFFFF);
            assertThat(queue.nextAvailable()).isZero();
        });
        assertThat(device.save().transport().isr()).isZero();
    }

    @Override
    protected List<HostileState<EchoDevice.State>> hostileStates() {
        return List.of(
                good -> withCore(good, 0x100, good.transport().core().accepted(), 2),
                good -> withCore(good, 0, 1L << 63, 2),
                good -> withCore(good, 0, 0, 1),
                good -> new EchoDevice.State(
                        new VirtioPci.State(
                                good.transport().pci(), 4, good.transport().core()),
                        good.device()),
                good -> withQueue(good, new Virtqueue.State(3, 0, 0, 0, true, 0, 0, 0, -1, true)),
                good -> withQueue(good, new Virtqueue.State(32, 0, 0, 0, true, 0, 0, 0, -1, true)),
                good -> withQueue(good, new Virtqueue.State(16, 0, 0, 0, true, 0, 17, 0, -1, true)),
                good -> withQueue(good, new Virtqueue.State(16, 0, 0, 0, true, 0x10000, 0, 0, -1, true)),
                good -> withHeld(good, new VirtqueueElement.State(0, new long[1], new int[] {-1}, 0)),
                good -> withHeld(good, new VirtqueueElement.State(0, new long[1], new int[2], 0)),
                good -> withHeld(good, new VirtqueueElement.State(16, new long[0], new int[0], 0)));
    }

    private static EchoDevice.State withCore(EchoDevice.State good, int status, long accepted, int queues) {
        VirtioCoreState core = good.transport().core();
        return with(
                good,
                new VirtioCoreState(
                        status, 0, accepted, 0, 0, 0, 0, 0, false, core.queues().subList(0, queues)));
    }

    private static EchoDevice.State withQueue(EchoDevice.State good, Virtqueue.State queue) {
        VirtioCoreState core = good.transport().core();
        return with(
                good,
                new VirtioCoreState(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        List.of(queue, core.queues().get(1))));
    }

    private static EchoDevice.State withHeld(EchoDevice.State good, VirtqueueElement.State held) {
        return new EchoDevice.State(
                good.transport(), new EchoDevice.ModelState(good.device().config(), held));
    }

    private static EchoDevice.State with(EchoDevice.State good, VirtioCoreState core) {
        VirtioPci.State old = good.transport();
        return new EchoDevice.State(new VirtioPci.State(old.pci(), old.isr(), core), good.device());
    }
}
