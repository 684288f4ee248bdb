package org.margay.pc.internal.piix;

import java.util.Random;
import java.util.stream.IntStream;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.memory.MemoryRegion;
import org.margay.pci.InterruptMessages;
import org.margay.pci.PciBus;
import org.margay.testkit.DeviceBench;

/** A PCI bus on a bench, its configuration registers reached directly. */
final class PciBench {
    /** Something that builds a device and may find its place taken. */
    @FunctionalInterface
    interface Maker<D> {
        D make(PciBus bus, PirqRouter router) throws DeviceException;
    }

    private PciBench() {}

    /** Builds a device on a new bus of the bench. */
    static <D> D make(DeviceBench bench, MemoryRegion memory, Maker<D> maker) {
        PirqRouter router = new PirqRouter(IntStream.range(0, 16)
                .mapToObj(irq -> (IrqLine) bench.line("irq%02d".formatted(irq)))
                .toList());
        PciBus bus =
                new PciBus("pci.0", memory, bench.ports(), bench.machine().memory(), router, InterruptMessages.NONE);
        bench.machine().publish(PciBus.class, bus);
        bench.machine().publish(PirqRouter.class, router);
        try {
            return maker.make(bus, router);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    static int config(DeviceBench bench, int devfn, int offset, int size) {
        return bus(bench).readConfig(0, devfn, offset, size);
    }

    static void config(DeviceBench bench, int devfn, int offset, int size, int value) {
        bus(bench).writeConfig(0, devfn, offset, size, value);
    }

    /** A random write to configuration registers, half of them to those given. */
    static void randomConfigWrite(Random random, DeviceBench bench, int devfn, int... favourites) {
        int offset = random.nextBoolean() ? favourites[random.nextInt(favourites.length)] : random.nextInt(256);
        config(bench, devfn, offset, 1 << random.nextInt(3), random.nextInt());
    }

    static PciBus bus(DeviceBench bench) {
        return bench.machine().find(PciBus.class).orElseThrow();
    }
}
