package org.margay.net.internal.dump;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of frames in the format of libpcap, version 2.4, link type Ethernet. A thread of its own writes it: a slow disk keeps
 * nobody waiting. When too much has piled up, frames are left out.
 */
final class PcapFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PcapFile.class);

    private static final int MAGIC_MICROSECONDS = 0xA1B2_C3D4;
    private static final int LINK_ETHERNET = 1;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    /** Bytes that may wait to be written. */
    private static final long BACKLOG = 16 << 20;

    /** How long whoever closes the file waits until all is written. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** The last one: no frame follows. */
    private static final byte[] END = {};

    private final Path path;
    private final int snapLength;
    private final BlockingQueue<byte[]> records = new LinkedBlockingQueue<>();
    private final AtomicLong backlog = new AtomicLong();
    private final Thread writer;
    private volatile boolean failed;
    private int leftOut;
    private boolean closed;

    /**
     * Begins a file, in place of one that is there.
     *
     * @param snapLength bytes of each frame that are kept at most
     */
    PcapFile(Path path, int snapLength) throws IOException {
        this.path = path;
        this.snapLength = snapLength;
        OutputStream output = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        writer = Thread.ofVirtual().name("margay-dump").start(() -> write(output));
    }

    /** Adds a frame. One thread at a time; never blocks. */
    void add(long nanosSince1970, byte[] frame) {
        int length = Math.min(frame.length, snapLength);
        int size = RECORD_HEADER + length;
        if (closed || failed) {
            return;
        }
        if (backlog.addAndGet(size) > BACKLOG) {
            backlog.addAndGet(-size);
            leftOut++;
            return;
        }
        records.add(little(size)
                .putInt((int) (nanosSince1970 / 1_000_000_000))
                .putInt((int) (nanosSince1970 % 1_000_000_000 / 1000))
                .putInt(length)
                .putInt(frame.length)
                .put(frame, 0, length)
                .array());
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(OutputStream output) {
        try (output) {
            output.write(little(FILE_HEADER)
                    .putInt(MAGIC_MICROSECONDS)
                    .putShort((short) 2)
                    .putShort((short) 4)
                    .putInt(0)
                    .putInt(0)
                    .putInt(snapLength)
                    .putInt(LINK_ETHERNET)
                    .array());
            output.flush();
            for (byte[] record = records.take(); record.length > 0; record = records.take()) {
                output.write(record);
                backlog.addAndGet(-record.length);
                if (records.isEmpty()) {
                    output.flush();
                }
            }
        } catch (IOException e) {
            failed = true;
            records.clear();
            LOG.error("dump {} ends: {}", path, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is left; one that takes too long goes on alone. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        records.add(END);
        if (leftOut > 0) {
            LOG.warn("dump {}: {} frames were left out, the disk is too slow", path, leftOut);
        }
        try {
            if (!writer.join(CLOSING)) {
                LOG.warn("dump {} is still being written", path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
