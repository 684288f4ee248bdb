package org.margay.cpu.internal.mmu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A software TLB, off-heap: per entry the tag for reads, the tag for writes, the addend from linear to host address, and
 * the host's address of the page. A tag is a linear page address with the generation in its low 12 bits, so that a
 * flush is a new generation. What is not global is remembered in a short list, for flushes that keep global pages.
 */
final class Tlb {
    static final int ENTRIES = 8192;
    static final int READ = 0, WRITE = 8, ADDEND = 16, HOST_PAGE = 24;

    /** {@code address >>> INDEX_SHIFT & INDEX_MASK} is the offset of an address's entry. */
    static final int INDEX_SHIFT = 7;

    static final long INDEX_MASK = (ENTRIES - 1L) << 5;

    private static final int MAX_LOCAL = 1024;
    private static final int LAST_GENERATION = 0xFFF;

    private final MemorySegment memory = Arena.ofAuto().allocate(ENTRIES * 32L, 64);

    /** Host address of the first entry. */
    final long base = memory.address();

    /** 1-4095; entries with 0 are invalid. */
    long generation = 1;

    /** Pages larger than 4 KiB are in: flushing one page by its address is not enough then. */
    private boolean largePages;

    private final int[] locals = new int[MAX_LOCAL];
    private int localCount;

    void insert(long page, boolean writable, long addend, long hostPage, boolean global, boolean large) {
        long offset = page >>> INDEX_SHIFT & INDEX_MASK;
        long tag = page | generation;
        memory.set(ValueLayout.JAVA_LONG, offset + READ, tag);
        memory.set(ValueLayout.JAVA_LONG, offset + WRITE, writable ? tag : 0);
        memory.set(ValueLayout.JAVA_LONG, offset + ADDEND, addend);
        memory.set(ValueLayout.JAVA_LONG, offset + HOST_PAGE, hostPage);
        largePages |= large;
        if (!global) {
            if (localCount < MAX_LOCAL) {
                locals[localCount] = (int) offset;
            }
            localCount++;
        }
    }

    void flushAll() {
        localCount = 0;
        largePages = false;
        if (generation == LAST_GENERATION) {
            memory.fill((byte) 0);
            generation = 0;
        }
        generation++;
    }

    void flushLocal() {
        if (localCount > MAX_LOCAL) {
            flushAll();
            return;
        }
        for (int i = 0; i < localCount; i++) {
            invalidate(locals[i]);
        }
        localCount = 0;
    }

    void flushPage(long address) {
        if (largePages) {
            flushAll();
        } else {
            invalidate(address >>> INDEX_SHIFT & INDEX_MASK);
        }
    }

    /** Makes writes to some page take the slow path from now on, under whatever linear addresses it is known. */
    void protect(long hostPage) {
        for (long offset = 0; offset < INDEX_MASK + 32; offset += 32) {
            if (memory.get(ValueLayout.JAVA_LONG, offset + HOST_PAGE) == hostPage) {
                memory.set(ValueLayout.JAVA_LONG, offset + WRITE, 0);
            }
        }
    }

    private void invalidate(long offset) {
        memory.set(ValueLayout.JAVA_LONG, offset + READ, 0);
        memory.set(ValueLayout.JAVA_LONG, offset + WRITE, 0);
    }
}
