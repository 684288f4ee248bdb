package org.margay.cpu.internal.mmu;

import java.util.Arrays;

/**
 * A set of pages of all sizes that can't tell them apart for sure: it may hold an address that nobody added, and never lacks one that
 * somebody did. INVLPG asks it whether more than one entry of the TLB is concerned.
 */
final class PageFilter {
    private static final int BITS = 14;

    /** Pages larger than 4 KiB are told apart by their number as if they had 4 MiB; some of 2 MiB share one then. */
    private static final int LARGE_SHIFT = 22;

    private final long[] small = new long[1 << BITS - 6];
    private final long[] large = new long[1 << BITS - 6];

    /** Some page is larger than 4 MiB: every address may be in it. */
    private boolean huge;

    private boolean empty = true;

    /**
     * Adds the page of an address.
     *
     * @param isLarge it is larger than 4 KiB
     * @param isHuge it is larger than 4 MiB
     */
    void add(long address, boolean isLarge, boolean isHuge) {
        empty = false;
        huge |= isHuge;
        int bit = isLarge ? hash(address >>> LARGE_SHIFT) : hash(address >>> 12);
        long[] set = isLarge ? large : small;
        set[bit >>> 6] |= 1L << bit;
    }

    boolean mayHold(long address) {
        return huge || has(small, hash(address >>> 12)) || has(large, hash(address >>> LARGE_SHIFT));
    }

    void clear() {
        if (!empty) {
            Arrays.fill(small, 0);
            Arrays.fill(large, 0);
            huge = false;
            empty = true;
        }
    }

    private static boolean has(long[] set, int bit) {
        return (set[bit >>> 6] >>> bit & 1) != 0;
    }

    /** Kernels and programs begin at round addresses: numbers of pages that differ in high bits only must not meet. */
    private static int hash(long number) {
        return (int) (number * 0x9E37_79B9_7F4A_7C15L >>> 64 - BITS);
    }
}
