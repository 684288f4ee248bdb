package org.margay.serial.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;

/** A chardev that keeps what it is sent and can be made to take no more. */
final class FakeChardev implements Chardev {
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int room = Integer.MAX_VALUE;
    int accepts;

    @Nullable
    CharFrontend frontend;

    String text() {
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String label() {
        return "fake";
    }

    @Override
    public String filename() {
        return "fake";
    }

    @Override
    public boolean connected() {
        return true;
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
        device.opened();
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
        return taken;
    }

    @Override
    public void acceptInput() {
        accepts++;
    }

    @Override
    public void serve(StreamAcceptor acceptor) {}

    @Override
    public void close() {}
}
