package org.margay.chardev.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.StreamHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer behind blocking channels. A thread of its own reads; what its handler answers is written by that same thread, which
 * so never reads faster than the peer takes the answers. What others write is written by a virtual thread.
 */
final class ChannelStream implements PeerStream {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelStream.class);

    private static final int BUFFER = 1 << 14;

    /** The reader pauses while more than this waits to leave. */
    private static final int HIGH_WATER = 1 << 18;

    private static final ThreadFactory VIRTUAL =
            Thread.ofVirtual().name("chardev-", 0).factory();

    /**
     * What a peer consists of.
     *
     * @param input null when nothing comes from it
     * @param output null when nothing goes to it
     * @param close called once, after the last use
     * @param endsWithInput whether the peer has gone when input ends; a terminal still shows what is written
     */
    record Ends(
            String peer,
            @Nullable ReadableByteChannel input,
            @Nullable WritableByteChannel output,
            Closeable close,
            boolean endsWithInput) {}

    private final Ends ends;
    private final ThreadFactory readers;
    private final OutputQueue queue;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition resumed = lock.newCondition();
    private boolean reading = true;
    private volatile @Nullable StreamHandler handler;
    private volatile @Nullable Thread reader;

    /** @param readers makes the reading thread; a platform thread for channels that block their carrier */
    ChannelStream(Ends ends, ThreadFactory readers) {
        this.ends = ends;
        this.readers = readers;
        this.queue = new OutputQueue(this::writeFully);
    }

    ChannelStream(Ends ends) {
        this(ends, VIRTUAL);
    }

    @Override
    public String peer() {
        return ends.peer();
    }

    @Override
    public void begin(StreamHandler streamHandler) {
        handler = streamHandler;
        ReadableByteChannel input = ends.input();
        if (input != null) {
            Thread thread = readers.newThread(() -> read(input, streamHandler));
            reader = thread;
            thread.start();
        }
    }

    private void read(ReadableByteChannel input, StreamHandler streamHandler) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        boolean ended = false;
        try {
            while (awaitTurn() && input.read(buffer.clear()) >= 0) {
                streamHandler.received(buffer.flip());
                if (queue.drain()) {
                    streamHandler.drained();
                }
                queue.awaitAtMost(HIGH_WATER);
            }
            ended = !closed.get();
            // A peer that has no more to say still gets its answers, some of which another thread may be writing.
            queue.awaitAtMost(0);
        } catch (IOException e) {
            LOG.debug("{}: {}", ends.peer(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            LOG.error("{}: disconnected", ends.peer(), e);
        }
        if (!ended || ends.endsWithInput()) {
            abort();
        }
    }

    /** Waits while reading is off; false when closed. */
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            while (!reading && !closed.get()) {
                resumed.await();
            }
            return !closed.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] data, int offset, int length) {
        if (ends.output() != null
                && !closed.get()
                && queue.add(data, offset, length)
                && Thread.currentThread() != reader) {
            VIRTUAL.newThread(this::drain).start();
        }
    }

    private void drain() {
        try {
            StreamHandler streamHandler = handler;
            if (queue.drain() && streamHandler != null) {
                streamHandler.drained();
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", ends.peer(), e.toString());
            abort();
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        WritableByteChannel output = ends.output();
        while (output != null && bytes.hasRemaining()) {
            output.write(bytes);
        }
    }

    @Override
    public long pending() {
        return queue.pending();
    }

    @Override
    public void setReading(boolean on) {
        lock.lock();
        try {
            reading = on;
            resumed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (!closed.get() && queue.pending() > 0) {
            try {
                VIRTUAL.newThread(this::drain).start();
                queue.awaitAtMost(0, TimeUnit.SECONDS.toNanos(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        abort();
    }

    @Override
    public void abort() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        setReading(false);
        queue.close();
        try {
            ends.close().close();
        } catch (IOException e) {
            LOG.debug("{}: {}", ends.peer(), e.toString());
        }
        StreamHandler streamHandler = handler;
        if (streamHandler != null) {
            streamHandler.closed();
        }
    }
}
