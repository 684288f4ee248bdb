package org.margay.pvpanic.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;
import org.osgi.service.component.annotations.Component;

/** Driver "pvpanic-pci": the {@link PanicRegister} in memory space, at all addresses of BAR 0. */
@Component(service = DeviceDriver.class)
@DriverName("pvpanic-pci")
public final class PciPvpanic implements DeviceDriver<PciPvpanic.Properties, PciPvpanic.State> {
    /** Red Hat's number for the device; class "other system peripheral", no interrupt. */
    private static final PciIdentity IDENTITY = new PciIdentity(0x1B36, 0x0011, 1, 0x08_80_00, 0);

    /** Bytes of the smallest memory BAR. */
    private static final int BAR_SIZE = 16;

    /**
     * The properties.
     *
     * @param pci where it is plugged
     * @param events bits that it knows: 1 panicked, 2 crash loaded
     */
    public record Properties(
            PciProperties pci,
            @Default("3") @PropertyType("uint8") int events) {
        public Properties {
            PanicRegister.check("pvpanic-pci", events);
        }
    }

    /** What the guest can see: its PCI function. */
    public record State(PciFunction.State pci) {
        public State {
            if (pci == null) {
                throw new IllegalArgumentException("no PCI function");
            }
        }
    }

    @Override
    public String name() {
        return "pvpanic-pci";
    }

    @Override
    public String description() {
        return "tells the host of panics";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        PciFunction function = new PciFunction(name(), context.id().orElse(""), IDENTITY);
        PanicRegister register = new PanicRegister(context.machine(), properties.events());
        function.addBar(
                new PciBar(0, PciBar.Kind.MEMORY, MemoryRegion.io("pvpanic", BAR_SIZE, AccessSizes.BYTE, register)));
        if (properties.pci().romfile() != null) {
            ExpansionRom.add(function, properties.pci(), 0);
        }
        PciBus bus = (PciBus) context.bus();
        properties.pci().plug(function, bus);
        return new Panic(function, bus);
    }

    /** The device. */
    private record Panic(PciFunction pci, PciBus bus) implements PciDevice<State> {
        @Override
        public void reset() {
            pci.reset();
        }

        @Override
        public State save() {
            return new State(pci.save());
        }

        @Override
        public void restore(State state) {
            pci.restore(state.pci());
        }

        @Override
        public void close() {
            bus.unplug(pci);
        }
    }
}
