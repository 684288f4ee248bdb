package org.margay.qcow2.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** Goes through all L2 tables of an L1 table, as they are in the file. */
final class TableWalk {
    /** What is done with each table. */
    interface Visitor {
        /**
         * One table.
         *
         * @param l1Index of its L1 entry
         * @param offset of it in the file
         * @param entries of it; may be changed, which changes nothing in the file
         */
        void table(int l1Index, long offset, long[] entries) throws IOException;
    }

    private TableWalk() {}

    /** @param from first L1 entry of interest */
    static void walk(BlockNode file, Buffers buffers, Geometry geometry, long[] l1, int from, Visitor visitor)
            throws IOException {
        for (int i = from; i < l1.length; i++) {
            long offset = l1[i] & L2Entry.OFFSET;
            if (offset != 0) {
                if ((offset & geometry.clusterMask()) != 0) {
                    throw new DamagedException("L2 table offset %#x unaligned (L1 index: %#x)".formatted(offset, i));
                }
                visitor.table(i, offset, BigEndian.readTable(file, buffers, offset, 1 << geometry.l2Bits()));
            }
        }
    }

    /** What is done with each cluster of the file. */
    interface ClusterVisitor {
        void cluster(long cluster) throws IOException;
    }

    /**
     * The clusters of the file that an entry of an L2 table refers to.
     *
     * @throws ImageException when the entry makes no sense
     */
    static void references(Geometry geometry, long entry, ClusterVisitor visitor) throws IOException {
        switch (L2Entry.kind(entry)) {
            case UNALLOCATED, ZERO -> {}
            case DATA, ZERO_ALLOCATED -> {
                if ((L2Entry.offset(entry) & geometry.clusterMask()) != 0) {
                    throw new DamagedException(
                            "Cluster allocation offset %#x unaligned".formatted(L2Entry.offset(entry)));
                }
                visitor.cluster(L2Entry.offset(entry) >>> geometry.clusterBits());
            }
            case COMPRESSED -> {
                CompressedSpot spot = CompressedSpot.of(entry, geometry.clusterBits());
                long last = spot.lastCluster(geometry.clusterBits());
                for (long cluster = spot.firstCluster(geometry.clusterBits()); cluster <= last; cluster++) {
                    visitor.cluster(cluster);
                }
            }
        }
    }
}
