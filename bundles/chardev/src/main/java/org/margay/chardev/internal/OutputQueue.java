package org.margay.chardev.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way out. Writers add without blocking; one thread at a time, the drainer, takes all there is and writes it,
 * blocking as it must. Any thread.
 */
final class OutputQueue {
    /** Writes all of a buffer, blocking. */
    interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    private static final int SMALL = 1 << 12;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Sink sink;
    private byte[] waiting = new byte[SMALL];
    private int waitingLength;
    private byte[] spare = new byte[SMALL];
    private int underWay;
    private boolean draining;
    private boolean closed;

    OutputQueue(Sink sink) {
        this.sink = sink;
    }

    /** Adds bytes; returns whether the caller must see to it that {@link #drain} is called. */
    boolean add(byte[] data, int offset, int length) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (waiting.length - waitingLength < length) {
                int needed = Math.addExact(waitingLength, length);
                waiting = Arrays.copyOf(
                        waiting, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, waiting.length * 2L)));
            }
            System.arraycopy(data, offset, waiting, waitingLength, length);
            waitingLength += length;
            return !draining;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes until nothing waits, unless another thread does so already.
     *
     * @return whether this call wrote the last of it
     */
    boolean drain() throws IOException {
        boolean wrote = false;
        ByteBuffer batch;
        while ((batch = take(wrote)) != null) {
            wrote = true;
            try {
                sink.write(batch);
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }
        return wrote;
    }

    private @Nullable ByteBuffer take(boolean mine) {
        lock.lock();
        try {
            if (draining && !mine) {
                return null;
            }
            underWay = waitingLength;
            draining = waitingLength > 0 && !closed;
            changed.signalAll();
            if (!draining) {
                return null;
            }
            byte[] batch = waiting;
            waiting = spare;
            spare = batch.length > 1 << 16 ? new byte[SMALL] : batch;
            waitingLength = 0;
            return ByteBuffer.wrap(batch, 0, underWay);
        } finally {
            lock.unlock();
        }
    }

    long pending() {
        lock.lock();
        try {
            return closed ? 0 : (long) waitingLength + underWay;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at most so many bytes are pending, the queue is closed, or the time is over. */
    void awaitAtMost(long bytes, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed && (long) waitingLength + underWay > bytes) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void awaitAtMost(long bytes) throws InterruptedException {
        awaitAtMost(bytes, TimeUnit.DAYS.toNanos(365));
    }

    /** What still waits is lost. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waitingLength = 0;
            underWay = 0;
            draining = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
