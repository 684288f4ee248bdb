package org.margay.virtio;

import java.util.Collection;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciMsix;
import org.margay.pci.PciRegister;

/**
 * A virtio device on a PCI bus (virtio 1.2, 4.1): the function with its BARs, capabilities and interrupts in front of a {@link
 * VirtioDevice}. The legacy registers are in I/O BAR 0, MSI-X in BAR 1, those of virtio 1 in BAR 4. Under the machine lock.
 *
 * @param <S> its saved state
 * @param <D> the model's part of it
 */
public final class VirtioPci<S extends Record & VirtioState<D>, D extends Record> implements PciDevice<S> {
    private static final int VENDOR = 0x1AF4;
    private static final int MODERN_DEVICE = 0x1040;
    private static final int LEGACY_BAR = 0;
    private static final int MSIX_BAR = 1;
    private static final int MODERN_BAR = 4;
    private static final int MOST_VECTORS = 2048;

    /** Interrupt status (4.1.4.5). */
    private static final int ISR_QUEUE = 1;

    private static final int ISR_CONFIGURATION = 2;

    /**
     * Transport and queues.
     *
     * @param pci configuration space, MSI-X
     * @param isr interrupt status
     */
    public record State(PciFunction.State pci, int isr, VirtioCoreState core) {
        public State {
            if (pci == null || core == null || (isr & ~(ISR_QUEUE | ISR_CONFIGURATION)) != 0) {
                throw new IllegalArgumentException("virtio transport out of range");
            }
        }
    }

    /** Makes a model. */
    @FunctionalInterface
    public interface Models<D extends Record> {
        /**
         * Makes one, for one device.
         *
         * @throws DeviceException when its properties ask for what can't be
         */
        VirtioDevice<D> create(VirtioTransport transport) throws DeviceException;
    }

    private final PciBus bus;
    private final PciFunction function;
    private final VirtioCore core;
    private final VirtioDevice<D> model;
    private final BiFunction<State, D, S> states;
    private final @Nullable PciMsix msix;
    private int isr;

    private VirtioPci(VirtioPciSetup setup, DeviceContext context, Models<D> models, BiFunction<State, D, S> states)
            throws DeviceException {
        this.states = states;
        bus = (PciBus) context.bus();
        function = new PciFunction(setup.driver(), context.id().orElse(""), identity(setup));
        core = new VirtioCore(context.label(), setup.mode(), setup.rings(), function.dma(), interrupts());
        model = models.create(core);
        try {
            core.connect(model, this);
            if (setup.mode().modern()) {
                addModern();
            }
            msix = vectors(setup.vectors());
            if (setup.mode().legacy()) {
                addLegacy();
            }
            if (setup.romSocket() != 0 || setup.pci().romfile() != null) {
                ExpansionRom.add(function, setup.pci(), setup.romSocket());
            }
            setup.pci().plug(function, bus);
        } catch (DeviceException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Makes a device and plugs it.
     *
     * @param models makes the model, first of all
     * @param states makes the saved state of its two parts
     * @throws DeviceException when the model can't be, or there is no place for it on the bus
     */
    public static <S extends Record & VirtioState<D>, D extends Record> VirtioPci<S, D> plug(
            VirtioPciSetup setup, DeviceContext context, Models<D> models, BiFunction<State, D, S> states)
            throws DeviceException {
        return new VirtioPci<>(setup, context, models, states);
    }

    /** A transitional device has its legacy id, and revision 0 (4.1.2.3). */
    private static PciIdentity identity(VirtioPciSetup setup) {
        VirtioType type = setup.type();
        return setup.mode().legacy()
                ? new PciIdentity(VENDOR, type.legacyId(), 0, type.classCode(), VENDOR, type.id(), 1)
                : new PciIdentity(VENDOR, MODERN_DEVICE + type.id(), 1, type.classCode(), 1);
    }

    private @Nullable PciMsix vectors(int count) throws DeviceException {
        if (count < 0 || count > MOST_VECTORS) {
            throw new DeviceException("unable to init msix vectors to %d".formatted(count));
        }
        return count == 0 ? null : PciMsix.add(function, MSIX_BAR, count);
    }

    private void addModern() {
        ModernRegisters registers = new ModernRegisters(core, this);
        MemoryRegion region = MemoryRegion.io("virtio-modern", ModernRegisters.SIZE, AccessSizes.UP_TO_4, registers);
        function.addBar(new PciBar(MODERN_BAR, PciBar.Kind.MEMORY_64_PREFETCH, region));
        new ModernCapabilities(function, MODERN_BAR, registers);
    }

    private void addLegacy() {
        int header = msix == null ? LegacyRegisters.HEADER : LegacyRegisters.HEADER_WITH_VECTORS;
        int ports = Integer.highestOneBit(header + core.configLength() - 1) << 1;
        MemoryRegion region =
                MemoryRegion.io("virtio-legacy", ports, AccessSizes.UP_TO_4, new LegacyRegisters(core, this));
        function.addBar(new PciBar(LEGACY_BAR, PciBar.Kind.IO, region));
    }

    private VirtioCore.Interrupts interrupts() {
        return new VirtioCore.Interrupts() {
            @Override
            public void queue(int vector) {
                interrupt(ISR_QUEUE, vector);
            }

            @Override
            public void configuration(int vector) {
                interrupt(ISR_CONFIGURATION, vector);
            }

            @Override
            public void release() {
                takeIsr();
            }
        };
    }

    /** By message, or by the pin: then the interrupt status says why (4.1.5.3 and 4.1.5.4). */
    private void interrupt(int reason, int vector) {
        if (msix != null && msix.enabled()) {
            msix.notify(vector);
        } else {
            isr |= reason;
            function.setInterrupt(true);
        }
    }

    /** Reading the interrupt status clears it, and releases the pin. */
    int takeIsr() {
        int taken = isr;
        isr = 0;
        function.setInterrupt(false);
        return taken;
    }

    /** Whether the guest has chosen MSI-X. */
    boolean messages() {
        return msix != null && msix.enabled();
    }

    /** A vector as the driver chose it, or none when there is no such (4.1.5.1.2). */
    int vector(int chosen) {
        int vector = chosen & 0xFFFF;
        return msix != null && vector < msix.vectors() ? vector : VirtioCore.NO_VECTOR;
    }

    /** Old drivers forget to make the device a bus master, and rely on it all the same. */
    void legacyStatus(int status) {
        if (status == (DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER) && !function.busMaster()) {
            int command = function.config().getWord(PciRegister.COMMAND);
            function.writeConfig(PciRegister.COMMAND, 2, command | PciRegister.COMMAND_BUS_MASTER);
        }
    }

    @Override
    public PciFunction pci() {
        return function;
    }

    @Override
    public void reset() {
        core.reset();
        function.reset();
    }

    @Override
    public S save() {
        return states.apply(new State(function.save(), isr, core.save()), model.save());
    }

    @Override
    public void restore(S state) {
        State transport = state.transport();
        if (transport == null || state.device() == null) {
            throw new IllegalArgumentException("virtio device without transport or model");
        }
        function.restore(transport.pci());
        isr = transport.isr();
        core.restore(transport.core());
        model.restore(state.device());
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return model.properties();
    }

    @Override
    public void close() {
        model.close();
        bus.unplug(function);
    }
}
