package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.margay.block.BlockNode;

/** Changes an image's size. No request is under way. */
final class Resizer {
    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final Mapping mapping;
    private final Metadata metadata;
    private final GuestWriter writer;
    private final GuestReader reader;

    Resizer(BlockNode file, Buffers buffers, Header header, Mapping mapping, GuestReader reader, Writing writing) {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.mapping = mapping;
        this.reader = reader;
        this.metadata = writing.metadata();
        this.writer = writing.writer();
    }

    void grow(long from, long to) throws IOException {
        metadata.settle();
        growL1(geometry.l1Entries(to));
        // Whatever was behind the end, in the last cluster or in a longer backing file, must not show.
        long partial = from + geometry.clusterMask() & ~geometry.clusterMask();
        long below = reader.backing() == null ? 0 : reader.backing().length();
        long zeroTo = Math.min(to, Math.max(partial, below));
        if (from < zeroTo) {
            writer.writeZeroes(from, zeroTo - from, false, to);
        }
        metadata.settle();
        storeSize(to);
    }

    private void storeSize(long size) throws IOException {
        metadata.lock().lock();
        try {
            header.u64(Header.SIZE, size);
            header.store(file, Header.SIZE, Long.BYTES);
            file.flush();
        } finally {
            metadata.lock().unlock();
        }
    }

    /** Moves the L1 table to where it has room for more entries. */
    void growL1(long entries) throws IOException {
        L1Table l1 = mapping.l1();
        if (entries > l1.size()) {
            long[] larger = new long[(int) entries];
            System.arraycopy(l1.copy(), 0, larger, 0, l1.size());
            moveL1(larger, header.u64(Header.SIZE));
        }
    }

    /** Another L1 table becomes the active one. All that the former one had is in the file. */
    void moveL1(long[] entries, long size) throws IOException {
        L1Table l1 = mapping.l1();
        long place = metadata.writeNew(bytes(entries));
        long former = l1.offset() >>> geometry.clusterBits();
        long formerClusters = geometry.clusters((long) l1.size() * Long.BYTES);
        metadata.lock().lock();
        try {
            header.u64(Header.SIZE, size);
            header.u32(Header.L1, entries.length);
            header.u64(Header.L1 + 4, place);
            header.store(file, Header.SIZE, Header.L1 + 12 - Header.SIZE);
            file.flush();
            l1.replace(place, entries);
            metadata.freeAll(former, formerClusters, true);
        } finally {
            metadata.lock().unlock();
        }
    }

    static byte[] bytes(long[] entries) {
        byte[] bytes = new byte[entries.length * Long.BYTES];
        MemorySegment.copy(entries, 0, MemorySegment.ofArray(bytes), BigEndian.LONG, 0, entries.length);
        return bytes;
    }

    void shrink(long from, long to) throws IOException {
        metadata.settle();
        storeSize(to);
        long firstGone = geometry.clusters(to);
        long firstTable = geometry.l1Entries(to);
        long end = Math.min(geometry.clusters(from), firstTable << geometry.l2Bits());
        for (long cluster = firstGone; cluster < end; ) {
            long last = Math.min(end - 1, cluster | geometry.sliceEntries() - 1);
            writer.relink(cluster, last, true, _ -> 0L);
            cluster = last + 1;
        }
        metadata.settle();
        long tables = Math.min(mapping.l1().size(), geometry.l1Entries(from));
        dropTables((int) firstTable, (int) tables);
        metadata.settle();
        mapping.cache().clear();
    }

    /** L1 entries whose clusters are all behind the end. */
    private void dropTables(int first, int end) throws IOException {
        long[] l1 = mapping.l1().copy();
        for (int i = end; i < l1.length; i++) {
            // The state of a machine lies behind the guest's end; it stays.
            l1[i] = 0;
        }
        TableWalk.walk(file, buffers, geometry, l1, first, (index, offset, entries) -> {
            metadata.lock().lock();
            try {
                for (long entry : entries) {
                    metadata.free(entry, 0, true);
                }
                metadata.freeAll(offset >>> geometry.clusterBits(), 1, true);
                mapping.l1().set(index, 0);
            } finally {
                metadata.lock().unlock();
            }
        });
    }
}
