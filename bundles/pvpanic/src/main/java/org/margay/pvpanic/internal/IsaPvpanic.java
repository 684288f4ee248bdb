package org.margay.pvpanic.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.margay.pc.PcBoard;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "pvpanic": the {@link PanicRegister} at an I/O port. Firmware finds the port in the file "etc/pvpanic-port", 16 bits
 * little-endian, and tells the guest of ACPI device QEMU0001.
 */
@Component(service = DeviceDriver.class)
@DriverName("pvpanic")
public final class IsaPvpanic implements DeviceDriver<IsaPvpanic.Properties, IsaPvpanic.State> {
    /**
     * The properties.
     *
     * @param ioport its port
     * @param events bits that it knows: 1 panicked, 2 crash loaded
     */
    public record Properties(
            @Default("0x505") @PropertyType("uint16") int ioport,
            @Default("3") @PropertyType("uint8") int events) {
        public Properties {
            PanicRegister.check("pvpanic", events);
        }
    }

    /** Nothing that a guest could see. */
    public record State() {}

    @Override
    public String name() {
        return "pvpanic";
    }

    @Override
    public String description() {
        return "tells the host of panics";
    }

    @Override
    public String busType() {
        return "ISA";
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
    public Device<State> create(Properties properties, DeviceContext context) {
        Machine machine = context.machine();
        int port = properties.ioport();
        machine.find(PcBoard.class)
                .ifPresent(board ->
                        board.fwCfg().addFile("etc/pvpanic-port", new byte[] {(byte) port, (byte) (port >>> 8)}));
        return new Panic(((IsaBus) context.bus()).ports(), properties, machine);
    }

    /** The device. */
    static final class Panic implements Device<State> {
        private final MemoryRegion ports;
        private final MemoryRegion region;

        Panic(MemoryRegion ports, Properties properties, Machine machine) {
            this.ports = ports;
            this.region =
                    MemoryRegion.io("pvpanic", 1, AccessSizes.BYTE, new PanicRegister(machine, properties.events()));
            ports.add(region, properties.ioport());
        }

        @Override
        public void reset() {}

        @Override
        public State save() {
            return new State();
        }

        @Override
        public void restore(State state) {}

        @Override
        public void close() {
            ports.remove(region);
        }
    }
}
