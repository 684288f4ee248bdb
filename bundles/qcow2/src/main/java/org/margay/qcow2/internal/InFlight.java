package org.margay.qcow2.internal;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is reading or writing guest data right now, so that room that was freed is not given to somebody else while a request that
 * found it before still looks at it. Entering and leaving cost an addition each.
 *
 * <p>Requests are counted in the epoch in which they began, of which there are two at a time: what was freed before an epoch
 * began can be used when the requests of the one before have all left.
 */
final class InFlight {
    private static final int STRIPES = 16;

    /** Counters of different threads are not in one cache line. */
    private static final int SPREAD = 16;

    private static final long POLL_NANOS = 20_000;

    private final AtomicLongArray counts = new AtomicLongArray(STRIPES * 2 * SPREAD);
    private final ReentrantLock exclusive = new ReentrantLock();
    private volatile int epoch;
    private volatile boolean closed;

    /** Returns what to give to {@link #leave}. */
    int enter() {
        while (true) {
            int now = epoch;
            int slot = slot((int) Thread.currentThread().threadId() & (STRIPES - 1), now & 1);
            counts.incrementAndGet(slot);
            // Whoever turns the epoch or closes the door after this sees the count.
            if (epoch == now && !closed) {
                return slot;
            }
            counts.decrementAndGet(slot);
            if (closed) {
                awaitOpen();
            }
        }
    }

    private void awaitOpen() {
        exclusive.lock();
        try {
            Thread.onSpinWait();
        } finally {
            exclusive.unlock();
        }
    }

    void leave(int slot) {
        counts.decrementAndGet(slot);
    }

    private static int slot(int stripe, int parity) {
        return (stripe * 2 + parity) * SPREAD;
    }

    /**
     * Begins a new epoch; the one before the last must have drained. One thread at a time.
     *
     * @return the one that ended, for {@link #drained}
     */
    int turn() {
        int ended = epoch;
        epoch = ended + 1;
        return ended;
    }

    /** Whether all requests of an epoch that ended have left. */
    boolean drained(int ended) {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (counts.get(slot(stripe, ended & 1)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Work that wants to be alone. */
    interface Work<R, E extends Exception> {
        R run() throws E;
    }

    /** Waits for all requests to leave, and keeps new ones out meanwhile. Not from within a request. */
    <R, E extends Exception> R alone(Work<R, E> work) throws E {
        exclusive.lock();
        try {
            closed = true;
            while (!drained(0) || !drained(1)) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            return work.run();
        } finally {
            closed = false;
            exclusive.unlock();
        }
    }
}
