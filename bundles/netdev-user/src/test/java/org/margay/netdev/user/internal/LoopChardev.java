package org.margay.netdev.user.internal;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;

/** Sends back what it gets, and takes little at once. */
final class LoopChardev implements Chardev {
    private static final int ROOM = 3_000;

    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private @Nullable CharFrontend frontend;
    private boolean full;

    @Override
    public String label() {
        return "loop";
    }

    @Override
    public String filename() {
        return "loop";
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
    }

    @Override
    public void detach(CharFrontend device) {
        frontend = null;
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        int taken = Math.min(length, ROOM - waiting.size());
        waiting.write(data, offset, taken);
        full |= taken < length;
        return taken;
    }

    @Override
    public void acceptInput() {
        CharFrontend device = frontend;
        if (device == null || waiting.size() == 0) {
            return;
        }
        byte[] all = waiting.toByteArray();
        int taken = device.receive(all, 0, all.length);
        waiting.reset();
        waiting.write(all, taken, all.length - taken);
        if (full && taken > 0) {
            full = false;
            device.writable();
        }
    }

    @Override
    public void serve(StreamAcceptor acceptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
