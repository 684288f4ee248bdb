package org.margay.virtio.balloon.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.machine.Balloon;
import org.margay.machine.Device;
import org.margay.machine.object.ObjectProperty;
import org.margay.pci.PciDevice;
import org.margay.qmp.QmpException;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;
import org.margay.virtio.VirtqueueElement;

/** The contract of devices, driven by the legacy and by the modern interface. */
abstract class VirtioBalloonContractTest extends DeviceContract<VirtioBalloonPci.State> {
    private final boolean modern;

    VirtioBalloonContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends VirtioBalloonContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends VirtioBalloonContractTest {
        ModernTest() {
            super(true);
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        BalloonBench.cards(bench);
    }

    @Override
    protected Device<VirtioBalloonPci.State> create(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(new VirtioBalloonPci(), Map.of("free-page-reporting", "on"));
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
    }

    @Override
    protected Class<VirtioBalloonPci.State> stateType() {
        return VirtioBalloonPci.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<VirtioBalloonPci.State> device) {
        switch (random.nextInt(4)) {
            case 0 -> bench.machine().find(Balloon.class).orElseThrow().target(1 + random.nextInt(CardBench.RAM_SIZE));
            case 1 -> setInterval(device, random.nextInt(3));
            default -> drive(random, bench, device);
        }
    }

    private static void setInterval(Device<?> device, long seconds) {
        for (ObjectProperty property : device.properties()) {
            ObjectProperty.Setter setter = property.setter();
            if (setter != null) {
                try {
                    setter.set(seconds);
                } catch (QmpException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void drive(Random random, DeviceBench bench, Device<?> device) {
        CardBench cards = CardBench.of(bench);
        CardBench.map(((PciDevice<?>) device).pci());
        VirtioDriverBench driver = BalloonBench.driver(cards, device, modern);
        driver.negotiate(-1 & ~(random.nextInt(4) == 0 ? VirtioBalloon.STATS_VQ : 0));
        VirtioDriverBench.Queue[] queues = new VirtioDriverBench.Queue[4];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = driver.queue(i);
        }
        driver.ready();
        for (int i = random.nextInt(8); i > 0; i--) {
            VirtioDriverBench.Queue queue = queues[random.nextInt(4)];
            byte[] content = new byte[random.nextInt(100)];
            random.nextBytes(content);
            for (int at = 1; at < content.length; at++) {
                content[at] &= (byte) (at % 4 == 0 ? 0xFF : 0);
            }
            queue.chain().readable(content).writable(random.nextInt(5000)).add();
            queue.kick();
        }
        driver.setConfig(4, 4, random.nextInt(300));
        if (random.nextInt(8) == 0) {
            queues[random.nextInt(4)].setAvailableIndex(random.nextInt(1 << 16));
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<VirtioBalloonPci.State> device) {
        VirtioBalloon.State state = device.save().device();
        assertThat(state.actual()).isZero();
        assertThat(state.pending()).isFalse();
        assertThat(state.statistics().held()).isNull();
        assertThat(device.save().transport().core().status()).isZero();
    }

    @Override
    protected List<HostileState<VirtioBalloonPci.State>> hostileStates() {
        return List.of(
                good -> new VirtioBalloonPci.State(good.transport(), null),
                good -> new VirtioBalloonPci.State(null, good.device()),
                good -> new VirtioBalloonPci.State(good.transport(), new VirtioBalloon.State(0, 0, false, null)),
                good -> with(good, Collections.nCopies(9, 0L), 0, null),
                good -> with(good, Collections.nCopies(10, 0L), -1, null),
                good -> with(good, Collections.nCopies(10, 0L), 1L << 32, null),
                good -> with(
                        good,
                        Collections.nCopies(10, 0L),
                        0,
                        new VirtqueueElement.State(1000, new long[0], new int[0], 0)));
    }

    private static VirtioBalloonPci.State with(
            VirtioBalloonPci.State good, List<Long> values, long interval, VirtqueueElement.State held) {
        return new VirtioBalloonPci.State(
                good.transport(),
                new VirtioBalloon.State(0, 0, false, new StatisticsQueue.State(values, 0, interval, 0, held)));
    }
}
