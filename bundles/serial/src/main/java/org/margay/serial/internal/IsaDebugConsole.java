package org.margay.serial.internal;

import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "isa-debugcon": one port whose bytes go to a chardev and which reads as a fixed value, by which a guest knows that it
 * is there: E9h for Bochs' debug port, SeaBIOS at 402h.
 */
@Component(service = DeviceDriver.class)
@DriverName("isa-debugcon")
public final class IsaDebugConsole implements DeviceDriver<IsaDebugConsole.Properties, IsaDebugConsole.State> {
    private static final int DEFAULT = 0xE9;

    /**
     * @param iobase its port, 0xe9 by default
     * @param chardev where its bytes go
     * @param readback what reads give, 0xe9 by default
     */
    public record Properties(
            @Nullable Integer iobase,
            @Nullable String chardev,
            @Nullable Integer readback) {
        public Properties {
            if (chardev == null) {
                throw new IllegalArgumentException("Can't create debugcon device, empty char device");
            }
            if (iobase != null && (iobase < 0 || iobase > 0xFFFF)) {
                throw new IllegalArgumentException(
                        "Property 'isa-debugcon.iobase' is not a port: %#x".formatted(iobase));
            }
        }
    }

    /** Nothing that a guest could see. */
    public record State() {}

    @Override
    public String name() {
        return "isa-debugcon";
    }

    @Override
    public String description() {
        return "debug console";
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
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        Chardev chardev = context.backend(Chardev.class, String.valueOf(properties.chardev));
        int port = properties.iobase == null ? DEFAULT : properties.iobase;
        int readback = properties.readback == null ? DEFAULT : properties.readback;
        try {
            return new Console(((IsaBus) context.bus()).ports(), port, readback, chardev);
        } catch (IllegalStateException e) {
            throw new DeviceException(
                    "Property 'isa-debugcon.chardev' can't take value '%s', it's in use".formatted(properties.chardev));
        }
    }

    /** The device. */
    static final class Console implements Device<State>, IoHandler, CharFrontend {
        private final MemoryRegion ports;
        private final int readback;
        private final Chardev chardev;
        private final MemoryRegion region = MemoryRegion.io("isa-debugcon", 1, AccessSizes.BYTE, this);

        Console(MemoryRegion ports, int port, int readback, Chardev chardev) {
            this.ports = ports;
            this.readback = readback;
            this.chardev = chardev;
            chardev.attach(this);
            ports.add(region, port);
        }

        @Override
        public long read(long offset, int size) {
            return readback;
        }

        /** A console that nobody drains loses bytes rather than hold the guest up. */
        @Override
        public void write(long offset, int size, long value) {
            chardev.write(new byte[] {(byte) value}, 0, 1);
        }

        /** Nobody reads what is typed. */
        @Override
        public int receive(byte[] data, int offset, int length) {
            return length;
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
            chardev.detach(this);
        }
    }
}
