package org.margay.qmp.server.internal;

import java.nio.ByteBuffer;
import org.margay.chardev.ByteStream;
import org.margay.chardev.StreamHandler;
import org.margay.qmp.QmpConnection;
import org.margay.qmp.QmpProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of a monitor. */
final class Session implements StreamHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /**
     * Bytes that may wait for a client. Reading stops long before when it is its own answers that it does not take; so only
     * a flood of events gets here, or one enormous answer, which is let through.
     */
    static final long MAXIMUM_PENDING = Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1 << 20, 1 << 24);

    private final String monitor;
    private final ByteStream stream;
    private final QmpConnection connection;
    private final Monitors monitors;

    Session(String monitor, boolean pretty, ByteStream stream, QmpProtocol protocol, Monitors monitors) {
        this.monitor = monitor;
        this.stream = stream;
        this.monitors = monitors;
        this.connection = protocol.open(monitor, pretty, this::send);
    }

    private void send(byte[] message) {
        if (stream.pending() >= MAXIMUM_PENDING) {
            LOG.warn("{}: {} takes nothing; disconnected", monitor, stream.peer());
            stream.abort();
        } else {
            stream.write(message, 0, message.length);
        }
    }

    @Override
    public void received(ByteBuffer bytes) {
        connection.received(bytes);
    }

    @Override
    public void closed() {
        connection.close();
        monitors.ended(this);
    }

    /** Runs no more commands; what was sent still leaves. */
    void end() {
        connection.close();
    }

    boolean flushed() {
        return stream.pending() == 0;
    }
}
