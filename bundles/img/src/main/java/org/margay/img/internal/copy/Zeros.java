package org.margay.img.internal.copy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Finds memory that holds nothing but zeros. */
final class Zeros {
    private static final long BLOCK = 64 << 10;
    private static final MemorySegment ZEROS = Arena.global().allocate(BLOCK, 64);

    private Zeros() {}

    /** Whether a part of a segment is all zeros. */
    static boolean are(MemorySegment segment, long from, long length) {
        // Most data shows itself by its first word; the comparison is a vectorized intrinsic.
        if (length >= Long.BYTES && segment.get(ValueLayout.JAVA_LONG_UNALIGNED, from) != 0) {
            return false;
        }
        for (long at = 0; at < length; at += BLOCK) {
            long part = Math.min(BLOCK, length - at);
            if (MemorySegment.mismatch(segment, from + at, from + at + part, ZEROS, 0, part) >= 0) {
                return false;
            }
        }
        return true;
    }
}
