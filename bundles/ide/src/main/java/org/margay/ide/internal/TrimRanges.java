package org.margay.ide.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Ranges of sectors in the blocks of DATA SET MANAGEMENT (ATA8-ACS, clause 7.9): 48 bits of address, 16 of count. */
record TrimRanges(List<Range> ranges) {
    /** Blocks of 512 bytes that a command may bring. */
    static final int MOST_BLOCKS = 8;

    /** @param count 1 to 65,535 sectors */
    record Range(long sector, int count) {}

    TrimRanges {
        ranges = List.copyOf(ranges);
    }

    /** Those of some blocks; entries of no sectors are left out. */
    static TrimRanges of(byte[] blocks) {
        List<Range> ranges = new ArrayList<>();
        ByteBuffer entries = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        while (entries.remaining() >= 8) {
            long entry = entries.getLong();
            int count = (int) (entry >>> 48);
            if (count > 0) {
                ranges.add(new Range(entry & 0xFFFF_FFFF_FFFFL, count));
            }
        }
        return new TrimRanges(ranges);
    }

    /** Whether all are on a disk. */
    boolean within(long sectors) {
        return ranges.stream().allMatch(range -> range.sector <= sectors - range.count);
    }
}
