package org.margay.virtio.rng.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.machine.Device;
import org.margay.machine.Timer;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** The contract of devices, driven by the legacy and by the modern interface. */
abstract class VirtioRngContractTest extends DeviceContract<VirtioRngPci.State> {
    private final boolean modern;

    VirtioRngContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends VirtioRngContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends VirtioRngContractTest {
        ModernTest() {
            super(true);
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
        RngBench.addDice(bench);
    }

    @Override
    protected Device<VirtioRngPci.State> create(DeviceBench bench) {
        return CardBench.of(bench)
                .plugMapped(new VirtioRngPci(), Map.of("rng", "dice", "max-bytes", "1000", "period", "300"));
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
    }

    @Override
    protected Class<VirtioRngPci.State> stateType() {
        return VirtioRngPci.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<VirtioRngPci.State> device) {
        CardBench cards = CardBench.of(bench);
        CardBench.map(((PciDevice<?>) device).pci());
        VirtioDriverBench driver = RngBench.driver(cards, device, modern);
        driver.negotiate(random.nextLong());
        VirtioDriverBench.Queue queue = driver.queue(0);
        driver.ready();
        for (int i = random.nextInt(6); i > 0; i--) {
            queue.offer(random.nextInt(300));
        }
        if (random.nextInt(8) == 0) {
            queue.setAvailableIndex(random.nextInt(1 << 16));
        }
        queue.kick();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<VirtioRngPci.State> device) {
        VirtioRng.State state = device.save().device();
        assertThat(state.quota()).isEqualTo(1000);
        assertThat(state.deadline()).isEqualTo(Timer.NEVER);
        assertThat(state.pending()).isFalse();
        assertThat(device.save().transport().core().status()).isZero();
    }

    @Override
    protected List<HostileState<VirtioRngPci.State>> hostileStates() {
        return List.of(
                good -> new VirtioRngPci.State(good.transport(), null),
                good -> new VirtioRngPci.State(null, good.device()),
                good -> new VirtioRngPci.State(good.transport(), new VirtioRng.State(-1, 0, false, false)),
                good -> new VirtioRngPci.State(good.transport(), new VirtioRng.State(1001, 0, false, false)));
    }
}
