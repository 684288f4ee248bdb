package org.margay.chardev.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.StreamHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP client in a MINA session. While too much waits to leave, no more is read from it. */
final class MinaStream implements PeerStream {
    private static final Logger LOG = LoggerFactory.getLogger(MinaStream.class);

    private static final int HIGH_WATER = 1 << 18;
    private static final int LOW_WATER = 1 << 14;

    private final IoSession session;
    private final String peer;
    private volatile @Nullable StreamHandler handler;

    /** Why reading is off. Under this object's monitor. */
    private boolean begun;

    private boolean wanted = true;
    private boolean congested;

    MinaStream(IoSession session) {
        this.session = session;
        this.peer = session.getRemoteAddress() instanceof InetSocketAddress address
                ? SocketNames.address(address.getAddress().getHostAddress(), address.getPort())
                : String.valueOf(session.getRemoteAddress());
        session.suspendRead();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public synchronized void begin(StreamHandler streamHandler) {
        handler = streamHandler;
        begun = true;
        updateReading();
        if (session.isClosing()) {
            streamHandler.closed();
        }
    }

    void received(ByteBuffer bytes) {
        StreamHandler streamHandler = handler;
        if (streamHandler == null) {
            return;
        }
        try {
            streamHandler.received(bytes);
        } catch (OutOfMemoryError | StackOverflowError e) {
            // Thrown on, it would end the thread that serves all clients.
            LOG.error("{}: disconnected", peer, e);
            abort();
        }
        if (pending() > HIGH_WATER) {
            setCongested(true);
        }
    }

    void sent() {
        long left = pending();
        if (left <= LOW_WATER && congested) {
            setCongested(false);
        }
        StreamHandler streamHandler = handler;
        if (left == 0 && streamHandler != null) {
            streamHandler.drained();
        }
    }

    void closed() {
        StreamHandler streamHandler = handler;
        if (streamHandler != null) {
            streamHandler.closed();
        }
    }

    private synchronized void setCongested(boolean now) {
        congested = now;
        updateReading();
    }

    @Override
    public synchronized void setReading(boolean reading) {
        wanted = reading;
        updateReading();
    }

    private void updateReading() {
        boolean read = begun && wanted && !congested;
        if (read == session.isReadSuspended()) {
            if (read) {
                session.resumeRead();
            } else {
                session.suspendRead();
            }
        }
    }

    @Override
    public void write(byte[] data, int offset, int length) {
        session.write(IoBuffer.wrap(Arrays.copyOfRange(data, offset, offset + length)));
    }

    @Override
    public long pending() {
        return session.isClosing() ? 0 : session.getScheduledWriteBytes();
    }

    @Override
    public void close() {
        session.closeOnFlush().awaitUninterruptibly(1, TimeUnit.SECONDS);
        session.closeNow();
    }

    @Override
    public void abort() {
        session.closeNow();
    }
}
