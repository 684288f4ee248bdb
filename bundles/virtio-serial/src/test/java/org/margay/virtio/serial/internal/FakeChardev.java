package org.margay.virtio.serial.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;

/** A chardev whose peer is the test: it comes and goes, types, and has room for so many bytes. */
final class FakeChardev implements Chardev {
    private final String label;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private byte[] typed = {};
    private int room = Integer.MAX_VALUE;
    private boolean connected;
    private boolean refused;

    private @Nullable CharFrontend frontend;

    FakeChardev(String label) {
        this.label = label;
    }

    /** What the device sent since the last call. */
    String takeSent() {
        String text = sent.toString(StandardCharsets.ISO_8859_1);
        sent.reset();
        return text;
    }

    int sentCount() {
        return sent.size();
    }

    /** What was typed and not taken yet. */
    int waiting() {
        return typed.length;
    }

    void connect() {
        connected = true;
        if (frontend != null) {
            frontend.opened();
        }
    }

    void disconnect() {
        connected = false;
        if (frontend != null) {
            frontend.closed();
        }
    }

    void type(byte[] bytes) {
        byte[] all = new byte[typed.length + bytes.length];
        System.arraycopy(typed, 0, all, 0, typed.length);
        System.arraycopy(bytes, 0, all, typed.length, bytes.length);
        typed = all;
        acceptInput();
    }

    void type(String text) {
        type(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** How many more bytes it takes. */
    void room(int bytes) {
        room = bytes;
        if (refused && bytes > 0 && frontend != null) {
            refused = false;
            frontend.writable();
        }
    }

    /** Becomes as another, whatever its front end. */
    void copy(FakeChardev other) {
        typed = other.typed.clone();
        room = other.room;
        connected = other.connected;
        refused = other.refused;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String filename() {
        return label;
    }

    @Override
    public boolean connected() {
        return connected;
    }

    @Override
    public boolean attached() {
        return frontend != null;
    }

    @Override
    public void attach(CharFrontend device) {
        if (frontend != null) {
            throw new IllegalStateException("in use");
        }
        frontend = device;
        if (connected) {
            device.opened();
        }
    }

    @Override
    public void detach(CharFrontend device) {
        frontend = null;
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        int taken = Math.min(length, room);
        sent.write(data, offset, taken);
        room -= taken;
        refused = taken < length;
        return taken;
    }

    @Override
    public void acceptInput() {
        int taken = 1;
        while (typed.length > 0 && taken > 0 && frontend != null) {
            taken = frontend.receive(typed, 0, typed.length);
            byte[] rest = new byte[typed.length - taken];
            System.arraycopy(typed, taken, rest, 0, rest.length);
            typed = rest;
        }
    }

    @Override
    public void serve(StreamAcceptor acceptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
