package org.margay.qcow2.internal;

import java.io.IOException;
import java.util.List;

/**
 * What an image has when it is writable.
 *
 * @param metadata its tables
 * @param writer of guest data
 */
record Writing(Metadata metadata, GuestWriter writer) {
    /** All metadata of an image takes its clusters, so that nothing else is written there. */
    static void takeAreas(
            MetadataAreas areas,
            Header header,
            L1Table l1,
            Refcounts refcounts,
            List<Snapshot> snapshots,
            long snapshotBytes)
            throws IOException {
        Geometry geometry = header.geometry();
        int bits = geometry.clusterBits();
        areas.clear();
        boolean apart = areas.addAll(0, 1);
        apart &= areas.addAll(l1.offset() >>> bits, geometry.clusters((long) l1.size() * Long.BYTES));
        apart &= areas.addAll(refcounts.tableOffset() >>> bits, refcounts.tableClusters());
        for (long block : refcounts.places()) {
            apart &= areas.add(block);
        }
        apart &= areas.addAll(header.u64(Header.SNAPSHOTS + 4) >>> bits, geometry.clusters(snapshotBytes));
        for (Snapshot snapshot : snapshots) {
            long bytes = Integer.toUnsignedLong(snapshot.l1Size()) * Long.BYTES;
            if (bytes <= Tables.MAX_L1_BYTES) {
                apart &= areas.addAll(snapshot.l1Offset() >>> bits, geometry.clusters(bytes));
            }
        }
        long[] tables = l1.copy();
        for (int i = 0; i < tables.length; i++) {
            long offset = tables[i] & L2Entry.OFFSET;
            if ((offset & geometry.clusterMask()) != 0) {
                throw new DamagedException("L2 table offset %#x unaligned (L1 index: %#x)".formatted(offset, i));
            }
            if (offset != 0) {
                apart &= areas.add(offset >>> bits);
            }
        }
        if (!apart) {
            throw new DamagedException("metadata lies over other metadata");
        }
    }
}
