package org.margay.virtio.serial.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pair of queues by which device and driver tell each other of ports (virtio 1.2, 5.3.6.2). */
final class ControlQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ControlQueue.class);

    private static final int QUEUE_SIZE = 32;
    /** Port, event and value. */
    private static final int HEADER = 8;
    /** Messages that wait for the driver; one that makes the device send more and takes none does not get them. */
    private static final int MOST_WAITING = 4096;

    /** A message to the driver. */
    record Message(int port, int event, int value) {}

    /**
     * What is to be said.
     *
     * @param driverReady whether the driver wants to be told of ports
     * @param waiting messages for which there was no buffer yet
     * @param pending whether the queues are to be looked at soon
     */
    record State(boolean driverReady, List<Message> waiting, boolean pending) {
        State {
            if (waiting == null || waiting.size() > MOST_WAITING) {
                throw new IllegalArgumentException("control messages out of range");
            }
            waiting = List.copyOf(waiting);
        }
    }

    private final Virtqueue toDriver;
    private final Virtqueue fromDriver;
    private final VirtioSerial serial;
    private final BottomHalf work;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private boolean driverReady;

    ControlQueue(VirtioTransport transport, VirtioSerial serial, Machine machine) {
        this.serial = serial;
        this.work = new BottomHalf(machine, this::work);
        this.toDriver = transport.addQueue(QUEUE_SIZE, work::schedule);
        this.fromDriver = transport.addQueue(QUEUE_SIZE, work::schedule);
    }

    private void work() {
        for (int i = 0; i < QUEUE_SIZE; i++) {
            VirtqueueElement element = fromDriver.popOrAwait();
            if (element == null) {
                flush();
                return;
            }
            if (element.readable() >= HEADER) {
                handle(
                        (int) element.readNumber(0, 4),
                        (int) element.readNumber(4, 2),
                        (int) element.readNumber(6, 2) != 0);
            }
            fromDriver.push(element, 0);
            fromDriver.notifyDriver();
        }
        flush();
        work.schedule();
    }

    private void handle(int number, int event, boolean value) {
        if (event == ControlEvent.DEVICE_READY) {
            driverReady = value;
            if (value) {
                serial.ports().forEach(port -> send(port.number(), ControlEvent.DEVICE_ADD, 1));
            } else {
                LOG.debug("the guest's driver could not set a serial device up");
            }
            return;
        }
        Port port = serial.port(number);
        if (port == null) {
            return;
        }
        switch (event) {
            case ControlEvent.PORT_READY -> {
                if (value) {
                    port.ready();
                } else {
                    LOG.debug("the guest's driver could not set port {} up", number);
                }
            }
            case ControlEvent.PORT_OPEN -> port.setGuestOpen(value);
            default -> {
                // Not for devices to hear.
            }
        }
    }

    /** Tells the driver as soon as it has a buffer for it; nothing when it has not said that it wants to know. */
    void send(int port, int event, int value) {
        if (event == ControlEvent.PORT_OPEN) {
            // Only how it is now is of interest: a peer may come and go while the guest stands.
            waiting.removeIf(message -> message.port == port && message.event == event);
        }
        if (driverReady && waiting.size() < MOST_WAITING) {
            waiting.add(new Message(port, event, value));
            flush();
        }
    }

    private void flush() {
        boolean sent = false;
        while (!waiting.isEmpty()) {
            VirtqueueElement room = toDriver.popOrAwait();
            if (room == null) {
                break;
            }
            byte[] content = encode(waiting.remove());
            toDriver.push(room, room.write(0, content, 0, content.length));
            sent = true;
        }
        if (sent) {
            toDriver.notifyDriver();
        }
    }

    private byte[] encode(Message message) {
        byte[] rest = rest(message);
        return ByteBuffer.allocate(HEADER + rest.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(message.port)
                .putShort((short) message.event)
                .putShort((short) message.value)
                .put(rest)
                .array();
    }

    /** What follows the header. */
    private byte[] rest(Message message) {
        Port port = serial.port(message.port);
        return switch (message.event) {
            case ControlEvent.PORT_NAME -> name(port == null ? null : port.name());
            case ControlEvent.RESIZE -> size(port == null ? null : port.size());
            default -> new byte[0];
        };
    }

    /** Drivers take a name for text of C. */
    private static byte[] name(@Nullable String name) {
        return ((name == null ? "" : name) + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] size(@Nullable ConsoleSize size) {
        ByteBuffer content = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        if (size != null) {
            content.putShort((short) size.columns()).putShort((short) size.rows());
        }
        return content.array();
    }

    void reset() {
        work.cancel();
        waiting.clear();
        driverReady = false;
    }

    State save() {
        return new State(driverReady, List.copyOf(waiting), work.pending());
    }

    void restore(State state) {
        driverReady = state.driverReady;
        waiting.addAll(state.waiting);
        if (state.pending) {
            work.schedule();
        }
    }

    void close() {
        work.cancel();
    }
}
