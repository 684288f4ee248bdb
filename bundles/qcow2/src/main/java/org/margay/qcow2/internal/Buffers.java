package org.margay.qcow2.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for requests, used again: neither cleared each time nor left to the collector. What a buffer holds at first is
 * open. Any thread.
 */
final class Buffers {
    /** Greatest number that is kept. */
    private static final int KEPT = 16;

    private final long size;
    private final ConcurrentLinkedQueue<MemorySegment> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /**
     * For one image.
     *
     * @param size bytes of those that are used again; larger ones are made each time
     */
    Buffers(long size) {
        this.size = size;
    }

    /** A piece of memory that is given back by closing. */
    final class Buffer implements AutoCloseable {
        private final MemorySegment memory;
        private final @Nullable MemorySegment whole;
        private final @Nullable Arena arena;

        private Buffer(MemorySegment memory, @Nullable MemorySegment whole, @Nullable Arena arena) {
            this.memory = memory;
            this.whole = whole;
            this.arena = arena;
        }

        MemorySegment memory() {
            return memory;
        }

        @Override
        public void close() {
            if (arena != null) {
                arena.close();
            } else if (whole != null && kept.get() < KEPT) {
                kept.incrementAndGet();
                free.add(whole);
            }
        }
    }

    /**
     * Takes one.
     *
     * @param bytes positive
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed with the buffer.
    Buffer take(long bytes) {
        if (bytes > size) {
            Arena arena = Arena.ofShared();
            return new Buffer(arena.allocate(bytes), null, arena);
        }
        @Nullable MemorySegment whole = free.poll();
        if (whole == null) {
            whole = Arena.ofAuto().allocate(size, Long.BYTES);
        } else {
            kept.decrementAndGet();
        }
        return new Buffer(whole.asSlice(0, bytes), whole, null);
    }
}
