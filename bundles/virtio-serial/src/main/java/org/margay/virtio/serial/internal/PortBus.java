package org.margay.virtio.serial.internal;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.Buses;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;

/** The bus of a serial device, into which its ports plug. */
final class PortBus implements Bus {
    static final String TYPE = "virtio-serial-bus";

    private final String name;
    private final VirtioSerial serial;
    private final Buses buses;

    private PortBus(String name, VirtioSerial serial, Buses buses) {
        this.name = name;
        this.serial = serial;
        this.buses = buses;
    }

    /**
     * Adds the one of a device, which has its name from the device's id, or else a number.
     *
     * @throws DeviceException when another bus has the name
     */
    static PortBus add(DeviceContext context, VirtioSerial serial) throws DeviceException {
        Buses buses = context.machine().buses();
        String name = context.id().map(id -> id + ".0").orElseGet(() -> freeName(buses));
        if (buses.find(name).isPresent()) {
            throw new DeviceException("There is a bus '%s' already".formatted(name));
        }
        PortBus bus = new PortBus(name, serial, buses);
        buses.add(bus);
        return bus;
    }

    private static String freeName(Buses buses) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> TYPE + "." + number)
                .filter(name -> buses.find(name).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    VirtioSerial serial() {
        return serial;
    }

    /**
     * Finds a place for a port.
     *
     * @param wanted its number, or null for the first free one; 0 is kept for a console
     * @throws DeviceException when it is taken, or there is none
     */
    int place(@Nullable Long wanted, boolean console) throws DeviceException {
        if (wanted == null) {
            return console && serial.port(0) == null ? 0 : firstFree();
        }
        if (wanted >= serial.maxPorts()) {
            throw new DeviceException("virtio-serial-bus: Out-of-range port id specified, max. allowed: %d"
                    .formatted(serial.maxPorts() - 1));
        }
        int number = wanted.intValue();
        if (number == 0 && !console) {
            throw new DeviceException("Port number 0 on virtio-serial devices reserved for virtconsole devices for"
                    + " backward compatibility.");
        }
        if (serial.port(number) != null) {
            throw new DeviceException("virtio-serial-bus: A port already exists at id %d".formatted(number));
        }
        return number;
    }

    private int firstFree() throws DeviceException {
        return IntStream.range(1, serial.maxPorts())
                .filter(number -> serial.port(number) == null)
                .findFirst()
                .orElseThrow(
                        () -> new DeviceException("virtio-serial-bus: Maximum port limit for this device reached"));
    }

    /**
     * Refuses a name that a port of this machine has.
     *
     * @throws DeviceException when it is taken
     */
    void checkFree(String portName) throws DeviceException {
        for (Bus bus : buses.all()) {
            if (bus instanceof PortBus other
                    && other.serial.ports().stream().anyMatch(port -> portName.equals(port.name()))) {
                throw new DeviceException("virtio-serial-bus: A port already exists by name %s".formatted(portName));
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean hotpluggable() {
        return true;
    }

    @Override
    public Optional<Device<?>> owner() {
        return Optional.of(serial.transport().device());
    }

    @Override
    public boolean hasRoom() {
        return IntStream.range(1, serial.maxPorts()).anyMatch(number -> serial.port(number) == null);
    }

    @Override
    public Map<String, String> placeOf(Device<?> device) {
        return device instanceof Port port ? Map.of("nr", Integer.toString(port.number())) : Map.of();
    }

    @Override
    public void hotplugged(Device<?> device) {
        if (device instanceof Port port) {
            serial.announce(port);
        }
    }

    /** The guest is told, and has no say in it. */
    @Override
    public boolean askToRelease(Device<?> device, Runnable released) {
        if (device instanceof Port port) {
            port.leave();
        }
        return true;
    }
}
