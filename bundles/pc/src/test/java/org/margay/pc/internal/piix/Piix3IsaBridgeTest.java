package org.margay.pc.internal.piix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.pci.PciFunction;
import org.margay.pci.PciSlot;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class Piix3IsaBridgeTest extends DeviceContract<Piix3IsaBridge.State> {
    private static final int DEVFN = 1 << 3;

    @Override
    protected Piix3IsaBridge create(DeviceBench bench) {
        return PciBench.make(
                bench,
                bench.memory(),
                (bus, router) -> new Piix3IsaBridge(bench.machine(), bus, new PciSlot(1, 0), router));
    }

    @Override
    protected Class<Piix3IsaBridge.State> stateType() {
        return Piix3IsaBridge.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<Piix3IsaBridge.State> device) {
        PciBench.randomConfigWrite(random, bench, DEVFN, 4, 0x60, 0x61, 0x62, 0x63);
        ((Piix3IsaBridge) device).resetControl().write(random.nextInt(4), 1, random.nextInt(256));
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Piix3IsaBridge.State> device) {
        assertThat(PciBench.config(bench, DEVFN, 0x60, 4)).isEqualTo(0x80808080);
        assertThat(PciBench.config(bench, DEVFN, 0x4C, 1)).isEqualTo(0x4D);
        assertThat(PciBench.config(bench, DEVFN, 4, 4)).isEqualTo(0x02000007);
        assertThat(((Piix3IsaBridge) device).resetControl().read(1, 1)).isZero();
    }

    @Override
    protected List<HostileState<Piix3IsaBridge.State>> hostileStates() {
        return List.of(
                good -> new Piix3IsaBridge.State(good.pci(), 4),
                good -> new Piix3IsaBridge.State(new PciFunction.State(new byte[256], false), 0));
    }

    @Test
    void routesWiresToIsaInterrupts() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        PirqRouter router = bench.machine().find(PirqRouter.class).orElseThrow();
        int wire = router.wire(3, 0);
        assertThat(wire).isEqualTo(2);

        router.set(wire, true);
        assertThat(bench.levels()).doesNotContainValue(true);
        PciBench.config(bench, DEVFN, 0x62, 1, 11);
        assertThat(bench.line("irq11").high()).isTrue();
        PciBench.config(bench, DEVFN, 0x62, 1, 10);
        assertThat(bench.line("irq11").high()).isFalse();
        assertThat(bench.line("irq10").high()).isTrue();

        PciBench.config(bench, DEVFN, 0x60, 1, 10);
        router.set(0, true);
        router.set(wire, false);
        assertThat(bench.line("irq10").high()).isTrue();
        router.set(0, false);
        assertThat(bench.line("irq10").high()).isFalse();

        PciBench.config(bench, DEVFN, 0x62, 1, 8);
        router.set(wire, true);
        assertThat(bench.levels()).doesNotContainValue(true);
    }

    @Test
    void resetControlResetsTheMachine() {
        DeviceBench bench = new DeviceBench();
        Piix3IsaBridge bridge = create(bench);
        bench.ports().add(MemoryRegion.io("cf8", 4, AccessSizes.UP_TO_4, bridge.resetControl()), 0xCF8);

        bench.out(0xCF9, 2);
        assertThat(bench.machine().requests()).isEmpty();
        assertThat(bench.in(0xCF9)).isEqualTo(2);
        bench.out(0xCF9, 6);
        assertThat(bench.machine().requests()).containsExactly("reset by guest");
    }
}
