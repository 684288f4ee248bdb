package org.margay.virtio.blk.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.margay.block.drive.Drive;
import org.margay.machine.Device;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** The contract of devices, driven by the legacy and by the modern interface. */
abstract class VirtioBlkContractTest extends DeviceContract<VirtioBlkDriver.State> {
    private static final int LENGTH = 64 * Sector.SIZE;

    private final boolean modern;

    VirtioBlkContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends VirtioBlkContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends VirtioBlkContractTest {
        ModernTest() {
            super(true);
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
        MemoryDrive.add(bench.machine(), LENGTH);
    }

    private static MemoryDrive drive(DeviceBench bench) {
        return (MemoryDrive)
                bench.machine().backends().find(Drive.class, MemoryDrive.ID).orElseThrow();
    }

    @Override
    protected Device<VirtioBlkDriver.State> create(DeviceBench bench) {
        return CardBench.of(bench)
                .plugMapped(new VirtioBlkPci(), BlkBench.given("num-queues", "2", "queue-size", "16"));
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
        drive(from).copyTo(drive(to));
    }

    @Override
    protected Class<VirtioBlkDriver.State> stateType() {
        return VirtioBlkDriver.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<VirtioBlkDriver.State> device) {
        CardBench cards = CardBench.of(bench);
        CardBench.map(((PciDevice<?>) device).pci());
        VirtioDriverBench driver = BlkBench.driver(cards, device, modern);
        driver.negotiate(random.nextLong());
        VirtioDriverBench.Queue queue = driver.queue(random.nextInt(2));
        driver.ready();
        for (int i = random.nextInt(5); i > 0; i--) {
            queue.chain()
                    .readable(BlkBench.header(random.nextInt(15), random.nextInt(70)))
                    .readable(new byte[random.nextInt(3) * 16])
                    .writable(random.nextInt(4) * 512)
                    .writable(random.nextInt(8) == 0 ? 0 : 1)
                    .add();
        }
        if (random.nextInt(8) == 0) {
            queue.setAvailableIndex(random.nextInt(1 << 16));
        }
        queue.kick();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<VirtioBlkDriver.State> device) {
        VirtioBlk.State state = device.save().device();
        assertThat(state.writeCache()).isTrue();
        assertThat(state.queues()).hasSize(2).containsOnly(new RequestQueue.State(List.of(), false, false));
        assertThat(drive(bench).busy()).isFalse();
        assertThat(device.save().transport().core().status()).isZero();
    }

    @Override
    protected List<HostileState<VirtioBlkDriver.State>> hostileStates() {
        RequestQueue.State empty = new RequestQueue.State(List.of(), false, false);
        return List.of(
                good -> new VirtioBlkDriver.State(good.transport(), null),
                good -> new VirtioBlkDriver.State(null, good.device()),
                good -> new VirtioBlkDriver.State(good.transport(), new VirtioBlk.State(true, List.of())),
                good -> new VirtioBlkDriver.State(good.transport(), new VirtioBlk.State(true, List.of(empty))),
                good -> new VirtioBlkDriver.State(
                        good.transport(), new VirtioBlk.State(true, Collections.nCopies(3, empty))));
    }
}
