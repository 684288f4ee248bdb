package org.margay.qcow2.internal;

/** Entries of L1 and L2 tables: the description's "L1 table entry", "L2 table entry". */
final class L2Entry {
    /** The cluster's reference count is exactly one: it may be written in place. */
    static final long COPIED = 1L << 63;

    static final long COMPRESSED = 1L << 62;

    /** Version 3: reads as zeros, whether there is a cluster or not. */
    static final long ZERO = 1;

    /** Offset in the file, which is a multiple of the cluster size. */
    static final long OFFSET = 0x00ff_ffff_ffff_fe00L;

    /** What an entry of an L2 table means. */
    enum Kind {
        /** The backing file shows through. */
        UNALLOCATED,
        DATA,
        /** Zeros, without a cluster. */
        ZERO,
        /** Zeros, with a cluster whose content does not count. */
        ZERO_ALLOCATED,
        COMPRESSED
    }

    private static final long MEANING = COMPRESSED | ZERO | OFFSET;

    private L2Entry() {}

    static Kind kind(long entry) {
        if ((entry & COMPRESSED) != 0) {
            return Kind.COMPRESSED;
        }
        boolean somewhere = (entry & OFFSET) != 0;
        if ((entry & ZERO) != 0) {
            return somewhere ? Kind.ZERO_ALLOCATED : Kind.ZERO;
        }
        return somewhere ? Kind.DATA : Kind.UNALLOCATED;
    }

    /** Offset in the file of an entry that is not compressed; 0: nowhere. */
    static long offset(long entry) {
        return entry & OFFSET;
    }

    /** Whether it is plain data at exactly this offset. */
    static boolean isDataAt(long entry, long offset) {
        return (entry & MEANING) == offset;
    }

    /** Whether a guest's bytes may be written over what is there. */
    static boolean inPlace(long entry) {
        return (entry & (COPIED | COMPRESSED | ZERO)) == COPIED && (entry & OFFSET) != 0;
    }

    static boolean copied(long entry) {
        return (entry & COPIED) != 0;
    }
}
