package org.margay.debug.exit.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "isa-debug-exit": ports by which a guest that is a test ends the process with an exit code that tells how the test went.
 * A value v gives v * 2 + 1, which is never 0: that stays the code of a guest that switched power off.
 */
@Component(service = DeviceDriver.class)
@DriverName("isa-debug-exit")
public final class IsaDebugExit implements DeviceDriver<IsaDebugExit.Properties, IsaDebugExit.State> {
    /**
     * The properties.
     *
     * @param iobase its first port
     * @param iosize how many ports it has
     */
    public record Properties(
            @Default("0x501") @PropertyType("uint32") long iobase,
            @Default("0x02") @PropertyType("uint32") long iosize) {
        private static final long PORTS = 0x10000;

        public Properties {
            if (iobase < 0 || iobase >= PORTS) {
                throw new IllegalArgumentException(
                        "Property 'isa-debug-exit.iobase' is not a port: %#x".formatted(iobase));
            }
            if (iosize < 1 || iosize > PORTS - iobase) {
                throw new IllegalArgumentException(
                        "Property 'isa-debug-exit.iosize' is not a number of ports from %#x on: %d"
                                .formatted(iobase, iosize));
            }
        }
    }

    /** Nothing that a guest could see. */
    public record State() {}

    @Override
    public String name() {
        return "isa-debug-exit";
    }

    @Override
    public String description() {
        return "ends the process with an exit code";
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
        return new Exit(((IsaBus) context.bus()).ports(), properties, context.machine());
    }

    /** The device. */
    static final class Exit implements Device<State>, IoHandler {
        private final MemoryRegion ports;
        private final Machine machine;
        private final MemoryRegion region;

        Exit(MemoryRegion ports, Properties properties, Machine machine) {
            this.ports = ports;
            this.machine = machine;
            this.region = MemoryRegion.io("isa-debug-exit", properties.iosize(), AccessSizes.UP_TO_4, this);
            ports.add(region, properties.iobase());
        }

        @Override
        public long read(long offset, int size) {
            return 0;
        }

        @Override
        public void write(long offset, int size, long value) {
            machine.requestExit((int) value << 1 | 1);
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
