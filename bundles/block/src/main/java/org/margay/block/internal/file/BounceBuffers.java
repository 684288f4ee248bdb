package org.margay.block.internal.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory for requests of many pieces: one system call and a copy cost less than a call for each piece, by a factor of five for pages. Also
 * for those whose memory does not suit O_DIRECT. Any thread.
 */
final class BounceBuffers {
    /** Bytes of each. */
    static final int SIZE = 256 * 1024;

    /** What O_DIRECT may want of addresses. */
    private static final int ALIGNMENT = 4096;

    /** As many are kept as workers are at work at a time, mostly. */
    private static final int KEPT = 16;

    private static final Deque<MemorySegment> FREE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger FREE_COUNT = new AtomicInteger();

    private BounceBuffers() {}

    static MemorySegment take() {
        MemorySegment kept = FREE.poll();
        if (kept == null) {
            return Arena.ofAuto().allocate(SIZE, ALIGNMENT);
        }
        FREE_COUNT.decrementAndGet();
        return kept;
    }

    static void giveBack(MemorySegment buffer) {
        if (FREE_COUNT.incrementAndGet() <= KEPT) {
            FREE.push(buffer);
        } else {
            FREE_COUNT.decrementAndGet();
        }
    }
}
