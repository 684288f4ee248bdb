package org.margay.virtio.serial.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.virtio.VirtioDevice;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.VirtioType;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * A serial device (virtio 1.2, 5.3): a bus of ports, each with a pair of queues, and a pair by which driver and device tell each other
 * of them. Drivers that have no use for that have port 0 only.
 */
final class VirtioSerial implements VirtioDevice<VirtioSerial.State> {
    static final VirtioType TYPE = new VirtioType(3, 0x1003, 0x078000);

    /** Features (5.3.3). */
    static final long SIZE = 1;

    static final long MULTIPORT = 1 << 1;

    static final long EMERG_WRITE = 1 << 2;

    private static final int QUEUE_SIZE = 128;
    private static final int CONFIG_SIZE = 8;
    private static final int CONFIG_SIZE_WITH_EMERGENCY = 12;
    private static final int MAX_PORTS = 4;
    private static final int EMERGENCY = 8;

    /** What is said and waits; ports have states of their own. */
    record State(ControlQueue.State control) {
        State {
            if (control == null) {
                throw new IllegalArgumentException("serial device without control queues");
            }
        }
    }

    private record Queues(Virtqueue input, Virtqueue output) {}

    private final VirtioTransport transport;
    private final VirtioSerialProperties properties;
    private final ControlQueue control;
    private final List<Queues> queues = new ArrayList<>();
    private final @Nullable Port[] ports;
    private final PortBus bus;
    private final DeviceContext context;

    VirtioSerial(VirtioTransport transport, VirtioSerialProperties properties, DeviceContext context)
            throws DeviceException {
        this.transport = transport;
        this.properties = properties;
        this.context = context;
        ports = new @Nullable Port[properties.maxPorts()];
        // Those of port 0 come first, as long as there was only that one.
        addQueues(0);
        control = new ControlQueue(transport, this, context.machine());
        for (int number = 1; number < ports.length; number++) {
            addQueues(number);
        }
        bus = PortBus.add(context, this);
    }

    private void addQueues(int number) {
        queues.add(new Queues(
                transport.addQueue(QUEUE_SIZE, () -> inputWanted(number)),
                transport.addQueue(QUEUE_SIZE, () -> outputWaits(number))));
    }

    private void inputWanted(int number) {
        Port port = ports[number];
        if (port != null) {
            port.inputWanted();
        }
    }

    private void outputWaits(int number) {
        Port port = ports[number];
        if (port != null) {
            port.outputWaits();
        } else {
            discard(queues.get(number).output());
        }
    }

    /** What is written to a port that is not there. */
    private static void discard(Virtqueue queue) {
        for (int i = 0; i < QUEUE_SIZE; i++) {
            VirtqueueElement element = queue.popOrAwait();
            if (element == null) {
                return;
            }
            queue.push(element, 0);
            queue.notifyDriver();
        }
    }

    VirtioTransport transport() {
        return transport;
    }

    ControlQueue control() {
        return control;
    }

    Virtqueue inputQueue(int port) {
        return queues.get(port).input();
    }

    Virtqueue outputQueue(int port) {
        return queues.get(port).output();
    }

    // Ports.

    /** How many there may be. */
    int maxPorts() {
        return ports.length;
    }

    /** The port of a number, or null. */
    @Nullable
    Port port(int number) {
        return number < 0 || number >= ports.length ? null : ports[number];
    }

    /** By number. */
    List<Port> ports() {
        return Arrays.stream(ports).filter(Objects::nonNull).toList();
    }

    void add(Port port) {
        ports[port.number()] = port;
    }

    void remove(Port port) {
        if (ports[port.number()] == port) {
            ports[port.number()] = null;
        }
    }

    /** A port came while the driver may be at work. */
    void announce(Port port) {
        if (multiport()) {
            control.send(port.number(), ControlEvent.DEVICE_ADD, 1);
        } else {
            openOnlyPort();
        }
    }

    private boolean multiport() {
        return transport.has(MULTIPORT);
    }

    /** A driver that can't tell has port 0 open as long as it is there. */
    private void openOnlyPort() {
        Port only = ports[0];
        if (only != null && transport.running()) {
            only.setGuestOpen(true);
        }
    }

    // The device.

    @Override
    public long features() {
        return SIZE | (ports.length > 1 ? MULTIPORT : 0) | (properties.emergencyWrite() ? EMERG_WRITE : 0);
    }

    /** The size is that of port 0, for drivers that know no other. */
    @Override
    public byte[] config() {
        int length = properties.emergencyWrite() ? CONFIG_SIZE_WITH_EMERGENCY : CONFIG_SIZE;
        ByteBuffer content = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Port first = ports[0];
        ConsoleSize size = first == null ? null : first.size();
        if (size != null) {
            content.putShort((short) size.columns()).putShort((short) size.rows());
        }
        return content.putInt(MAX_PORTS, ports.length).array();
    }

    /** A character for the console, of a guest that has no driver yet (5.3.4). */
    @Override
    public void writeConfig(byte[] content) {
        if (properties.emergencyWrite() && content[EMERGENCY] != 0) {
            console().ifPresent(console -> console.emergency(content[EMERGENCY]));
        }
    }

    private Optional<Port> console() {
        return ports().stream().filter(Port::isConsole).findFirst();
    }

    @Override
    public void driverReady() {
        if (!multiport()) {
            openOnlyPort();
        }
    }

    @Override
    public void reset() {
        control.reset();
        ports().forEach(Port::reset);
    }

    @Override
    public State save() {
        return new State(control.save());
    }

    @Override
    public void restore(State state) {
        control.restore(state.control);
    }

    @Override
    public void close() {
        control.close();
        context.machine().buses().remove(bus);
    }
}
