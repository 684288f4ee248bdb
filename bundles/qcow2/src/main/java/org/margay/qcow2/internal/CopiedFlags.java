package org.margay.qcow2.internal;

import java.io.IOException;
import java.util.function.Consumer;
import org.margay.block.BlockNode;

/**
 * The flags of L1 and L2 entries that say that a count is exactly one, as they are in the file. No request is under way, and all is
 * in the file.
 */
final class CopiedFlags {
    /** Where the count of a cluster is known from. */
    interface Counts {
        long of(long cluster) throws IOException;
    }

    private final BlockNode file;
    private final Buffers buffers;
    private final Geometry geometry;
    private final Counts counts;

    CopiedFlags(BlockNode file, Buffers buffers, Geometry geometry, Counts counts) {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        this.counts = counts;
    }

    /** An entry of an L2 table as it should be: with the right flag, and nothing when it makes no sense. */
    private long right(long entry) throws IOException {
        return switch (L2Entry.kind(entry)) {
            case DATA, ZERO_ALLOCATED -> {
                if ((L2Entry.offset(entry) & geometry.clusterMask()) != 0) {
                    yield geometry.version() >= 3 ? L2Entry.ZERO : 0;
                }
                yield flagged(entry);
            }
            case COMPRESSED -> entry & ~L2Entry.COPIED;
            case UNALLOCATED, ZERO -> entry;
        };
    }

    private long flagged(long entry) throws IOException {
        long cluster = (entry & L2Entry.OFFSET) >>> geometry.clusterBits();
        return counts.of(cluster) == 1 ? entry | L2Entry.COPIED : entry & ~L2Entry.COPIED;
    }

    /** Whether a table's place can be one. */
    private boolean readable(long offset, long fileClusters) {
        return offset != 0
                && (offset & geometry.clusterMask()) == 0
                && offset >>> geometry.clusterBits() < fileClusters;
    }

    /** Tells what is wrong in the active tables. */
    void check(long[] l1, Consumer<String> wrong, long fileClusters) throws IOException {
        for (int i = 0; i < l1.length; i++) {
            long offset = l1[i] & L2Entry.OFFSET;
            if (!readable(offset, fileClusters)) {
                continue;
            }
            if (flagged(l1[i]) != l1[i]) {
                wrong.accept("OFLAG_COPIED L2 cluster: l1_index=%d l1_entry=%x".formatted(i, l1[i]));
            }
            for (long entry : BigEndian.readTable(file, buffers, offset, 1 << geometry.l2Bits())) {
                boolean data = (entry & (L2Entry.COMPRESSED | (L2Entry.OFFSET & geometry.clusterMask()))) == 0;
                if (data && right(entry) != entry) {
                    wrong.accept("OFLAG_COPIED data cluster: l2_entry=%x".formatted(entry));
                }
            }
        }
    }

    /**
     * Sets all flags of the active tables right, in the file.
     *
     * @param l1 changed as well
     */
    void refresh(long l1Offset, long[] l1, long fileClusters) throws IOException {
        boolean changed = false;
        for (int i = 0; i < l1.length; i++) {
            long offset = l1[i] & L2Entry.OFFSET;
            if (readable(offset, fileClusters)) {
                refreshTable(offset);
                long right = flagged(l1[i]);
                changed |= right != l1[i];
                l1[i] = right;
            }
        }
        if (changed) {
            BigEndian.writeTable(file, buffers, l1Offset, l1);
        }
    }

    private void refreshTable(long offset) throws IOException {
        long[] entries = BigEndian.readTable(file, buffers, offset, 1 << geometry.l2Bits());
        boolean changed = false;
        for (int i = 0; i < entries.length; i++) {
            long right = right(entries[i]);
            changed |= right != entries[i];
            entries[i] = right;
        }
        if (changed) {
            BigEndian.writeTable(file, buffers, offset, entries);
        }
    }
}
