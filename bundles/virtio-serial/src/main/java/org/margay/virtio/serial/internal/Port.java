package org.margay.virtio.serial.internal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.machine.Device;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.qmp.QmpErrors;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * A port of a serial device, or a console, between two queues of the guest and a chardev. Either side may have it open or not: bytes
 * for a guest that does not wait in the chardev, those for a host that does not are dropped. A console is always open to the host.
 */
final class Port implements Device<Port.State>, CharFrontend, GuestOutput.Sink {
    static final String CHANGE_EVENT = "VSERPORT_CHANGE";

    /**
     * A port.
     *
     * @param ready whether the guest has it set up
     * @param guestOpen whether the guest has it open
     * @param hostOpen whether the host has it open, as the guest knows, or will if telling
     * @param telling whether the guest is still to be told of that
     */
    record State(boolean ready, boolean guestOpen, boolean hostOpen, boolean telling, GuestOutput.State output) {
        State {
            if (output == null) {
                throw new IllegalArgumentException("port without output");
            }
        }
    }

    /**
     * Who it is.
     *
     * @param number on its bus
     * @param name for the guest, or null
     * @param id the user's, or null
     */
    record Identity(
            int number, @Nullable String name, @Nullable String id) {}

    private final VirtioSerial serial;
    private final Identity identity;
    private final Machine machine;
    private final @Nullable Chardev chardev;
    private final @Nullable ConsoleSize size;
    private final Virtqueue input;
    private final GuestOutput output;
    private final BottomHalf tell;
    private boolean ready;
    private boolean guestOpen;
    private boolean hostOpen;
    private boolean closed;

    /**
     * Makes a port that is not plugged in yet, and attaches it to its chardev.
     *
     * @param size of a console; null for a port that is none
     * @throws IllegalStateException when the chardev is in use
     */
    Port(
            VirtioSerial serial,
            Identity identity,
            Machine machine,
            @Nullable Chardev chardev,
            @Nullable ConsoleSize size) {
        this.serial = serial;
        this.identity = identity;
        this.machine = machine;
        this.chardev = chardev;
        this.size = size;
        this.input = serial.inputQueue(identity.number);
        this.output = new GuestOutput(machine, serial.outputQueue(identity.number), this);
        this.tell = new BottomHalf(machine, this::tellOpen);
        this.hostOpen = size != null && chardev != null;
        if (chardev != null) {
            chardev.attach(this);
        }
    }

    int number() {
        return identity.number;
    }

    @Nullable
    String name() {
        return identity.name;
    }

    boolean isConsole() {
        return size != null;
    }

    // The guest's side.

    /** The guest has set it up, and is told what it does not know of it yet. */
    void ready() {
        ready = true;
        ControlQueue control = serial.control();
        if (size != null) {
            control.send(identity.number, ControlEvent.CONSOLE_PORT, 1);
            tellSize();
        }
        if (identity.name != null) {
            control.send(identity.number, ControlEvent.PORT_NAME, 1);
        }
        if (hostOpen) {
            tellOpen();
        }
    }

    private void tellOpen() {
        if (ready) {
            serial.control().send(identity.number, ControlEvent.PORT_OPEN, hostOpen ? 1 : 0);
        }
    }

    private void tellSize() {
        if (ready && size != null && size.known()) {
            serial.control().send(identity.number, ControlEvent.RESIZE, 0);
        }
    }

    /** The size of a console; null for a port that is none. */
    @Nullable
    ConsoleSize size() {
        return size;
    }

    /** The guest has opened or closed it. */
    void setGuestOpen(boolean open) {
        if (guestOpen == open) {
            return;
        }
        guestOpen = open;
        if (identity.id != null) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("id", identity.id);
            data.put("open", open);
            machine.emitLimited(CHANGE_EVENT, identity.id, data);
        }
        inputWanted();
    }

    /** The guest may have room for input. */
    void inputWanted() {
        if (guestOpen && chardev != null) {
            chardev.acceptInput();
        }
    }

    /** The guest has written. */
    void outputWaits() {
        output.run();
    }

    /** The guest is told that it goes, and gets back what it has written. */
    void leave() {
        hostOpen = false;
        output.drop();
        serial.control().send(identity.number, ControlEvent.DEVICE_REMOVE, 1);
        ready = false;
    }

    // The host's side.

    @Override
    public int receive(byte[] data, int offset, int length) {
        if (!guestOpen) {
            return 0;
        }
        int given = 0;
        boolean givenBack = false;
        for (int i = 0; i < input.size() && given < length; i++) {
            VirtqueueElement room = input.popOrAwait();
            if (room == null) {
                break;
            }
            int written = room.write(0, data, offset + given, length - given);
            input.push(room, written);
            given += written;
            givenBack = true;
        }
        if (givenBack) {
            input.notifyDriver();
        }
        return given;
    }

    @Override
    public void opened() {
        setHostOpen(true);
    }

    @Override
    public void closed() {
        setHostOpen(isConsole());
    }

    private void setHostOpen(boolean open) {
        if (hostOpen == open) {
            return;
        }
        hostOpen = open;
        // First, so that the guest stops writing.
        tellOpen();
        if (!open) {
            output.drop();
        }
    }

    @Override
    public void writable() {
        output.resume();
    }

    @Override
    public boolean listening() {
        return hostOpen;
    }

    @Override
    public int write(byte[] data, int length) {
        return chardev == null ? length : chardev.write(data, 0, length);
    }

    /** Guests write to consoles without sleeping: what nobody reads must not keep them from going on. */
    @Override
    public boolean losesBytes() {
        return isConsole();
    }

    /** Sends what a guest writes that has no driver yet. */
    void emergency(byte character) {
        write(new byte[] {character}, 1);
    }

    // A device.

    @Override
    public Collection<ObjectProperty> properties() {
        ObjectProperty number = ObjectProperty.readOnly("nr", "uint32", this::number);
        return size == null
                ? List.of(number)
                : List.of(
                        number,
                        length("cols", size::columns, size::setColumns),
                        length("rows", size::rows, size::setRows));
    }

    private ObjectProperty length(String name, Supplier<Integer> getter, IntConsumer setter) {
        return new ObjectProperty(name, "uint16", getter, value -> {
            if (!(value instanceof Long number)) {
                throw QmpErrors.invalidParameterType(name, "int");
            }
            if (number >>> 16 != 0) {
                throw QmpErrors.invalidParameterValue(name, "uint16_t");
            }
            setter.accept(number.intValue());
            if (identity.number == 0) {
                serial.transport().configChanged();
            }
            tellSize();
        });
    }

    @Override
    public void reset() {
        ready = false;
        tell.cancel();
        output.reset();
        setGuestOpen(false);
    }

    @Override
    public State save() {
        return new State(ready, guestOpen, hostOpen, tell.pending(), output.save());
    }

    @Override
    public void restore(State state) {
        output.restore(state.output);
        ready = state.ready;
        guestOpen = state.guestOpen;
        if (state.telling || (ready && state.hostOpen != hostOpen)) {
            tell.schedule();
        }
        // The chardev does not know that it is waited for.
        machine.later(this::goOn);
    }

    private void goOn() {
        if (!closed) {
            inputWanted();
            output.retry();
        }
    }

    @Override
    public void close() {
        closed = true;
        tell.cancel();
        output.close();
        if (chardev != null) {
            chardev.detach(this);
        }
        serial.remove(this);
    }
}
