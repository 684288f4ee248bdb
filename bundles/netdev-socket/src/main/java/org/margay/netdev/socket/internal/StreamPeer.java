package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import org.margay.net.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer at a byte stream, as long as it is there: each frame has its length in front, 32 bits, the most significant byte first. A
 * peer that speaks of a frame longer than any can be is not one of ours, and is hung up on.
 */
final class StreamPeer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPeer.class);

    /** Bytes that are read at once, so that many small frames cost one call. */
    private static final int BUFFER = 1 << 16;

    private static final int HEADER = Integer.BYTES;

    private final ByteChannel channel;
    private final Exchange exchange;

    StreamPeer(ByteChannel channel, Exchange exchange) {
        this.channel = channel;
        this.exchange = exchange;
    }

    /** Carries frames both ways until one side hangs up; the channel is closed then. */
    void carry(Workers workers) throws InterruptedException {
        exchange.outbound().connect();
        Thread writer = workers.start(this::write);
        try {
            read();
        } catch (ClosedChannelException _) {
            LOG.debug("netdev {}: closed", exchange.client().name());
        } catch (IOException e) {
            LOG.warn("netdev {}: the peer is gone: {}", exchange.client().name(), e.getMessage());
        } finally {
            hangUp();
            exchange.outbound().disconnect();
            writer.interrupt();
            writer.join();
        }
    }

    private void hangUp() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("netdev {}: {}", exchange.client().name(), e.getMessage());
        }
    }

    private void read() throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
        while (fill(buffer, HEADER)) {
            int length = buffer.getInt();
            if (length < 0 || length > Frame.MAXIMUM) {
                throw new IOException("a frame of %s bytes is no frame".formatted(Integer.toUnsignedString(length)));
            }
            byte[] frame = new byte[length];
            if (!read(buffer, frame)) {
                return;
            }
            if (length > 0) {
                exchange.inbound().add(frame);
            }
        }
    }

    /** Makes some bytes be in the buffer; false at the end. */
    private boolean fill(ByteBuffer buffer, int count) throws IOException {
        if (buffer.remaining() >= count) {
            return true;
        }
        buffer.compact();
        while (buffer.position() < count) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    private boolean read(ByteBuffer buffer, byte[] frame) throws IOException {
        int there = Math.min(buffer.remaining(), frame.length);
        buffer.get(frame, 0, there);
        ByteBuffer rest = ByteBuffer.wrap(frame, there, frame.length - there);
        while (rest.hasRemaining()) {
            if (channel.read(rest) < 0) {
                return false;
            }
        }
        return true;
    }

    private void write() throws InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER + HEADER + Frame.MAXIMUM);
        try {
            while (true) {
                byte[] frame = exchange.outbound().next();
                if (frame.length <= Frame.MAXIMUM) {
                    buffer.putInt(frame.length).put(frame);
                }
                if (buffer.position() >= BUFFER || exchange.outbound().isEmpty()) {
                    send(buffer.flip());
                    buffer.clear();
                }
            }
        } catch (IOException e) {
            LOG.debug("netdev {}: {}", exchange.client().name(), e.getMessage());
            // Whoever reads notices, and ends it all.
            hangUp();
        }
    }

    private void send(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
