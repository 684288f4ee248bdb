package org.margay.cpu.internal.mmu;

import java.util.Arrays;

/**
 * A software TLB: per entry the tag for reads, the tag for writes, the addend from linear to host address, and
 * the host's address of the page. A tag is a linear page address with the generation in its low 12 bits, so that a
 * flush is a new generation. What is not global is remembered in a short list, for flushes that keep global pages.
 */
final class Tlb {
    static final int ENTRIES = 8192;

    /** Of an entry's four numbers. */
    static final int READ = 0, WRITE = 1, ADDEND = 2, HOST_PAGE = 3;

    /** {@code (int) address >>> INDEX_SHIFT & INDEX_MASK} is where an address's entry starts; its upper half has no part in that. */
    static final int INDEX_SHIFT = 10;

    static final int INDEX_MASK = ENTRIES - 1 << 2;

    private static final int MAX_LOCAL = 1024;
    private static final int LAST_GENERATION = 0xFFF;

    /** An array, not memory outside the heap: cheaper to reach for translated code that HotSpot has not compiled yet. */
    final long[] entries = new long[ENTRIES * 4];

    /** 1-4095; entries with 0 are invalid. */
    long generation = 1;

    /** Pages larger than 4 KiB, of which more than one entry may be in. */
    private final PageFilter largePages = new PageFilter();

    private final int[] locals = new int[MAX_LOCAL];
    private int localCount;

    void insert(long page, boolean writable, long addend, long hostPage, boolean global) {
        int at = index(page);
        long tag = page | generation;
        entries[at + READ] = tag;
        entries[at + WRITE] = writable ? tag : 0;
        entries[at + ADDEND] = addend;
        entries[at + HOST_PAGE] = hostPage;
        if (!global) {
            if (localCount < MAX_LOCAL) {
                locals[localCount] = at;
            }
            localCount++;
        }
    }

    /** Says that what is inserted for an address is a part of a larger page. */
    void isLarge(long page, boolean huge) {
        largePages.add(page, true, huge);
    }

    void flushAll() {
        localCount = 0;
        largePages.clear();
        if (generation == LAST_GENERATION) {
            Arrays.fill(entries, 0);
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
        if (largePages.mayHold(address)) {
            flushAll();
        } else {
            invalidate(index(address));
        }
    }

    /** Makes writes to some page take the slow path from now on, under whatever linear addresses it is known. */
    void protect(long hostPage) {
        for (int at = 0; at < entries.length; at += 4) {
            if (entries[at + HOST_PAGE] == hostPage) {
                entries[at + WRITE] = 0;
            }
        }
    }

    private void invalidate(int at) {
        entries[at + READ] = 0;
        entries[at + WRITE] = 0;
    }

    /** Where an address's entry starts. */
    static int index(long address) {
        return (int) address >>> INDEX_SHIFT & INDEX_MASK;
    }
}
