package org.margay.qcow2.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/**
 * Makes, applies and deletes snapshots. No request is under way. In version 3 the image is marked as dirty meanwhile: flags and
 * counts can't be changed at once, and whoever opens it after a crash sets them right.
 */
final class SnapshotOperations {
    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final Mapping mapping;
    private final Metadata metadata;
    private final Resizer resizer;

    SnapshotOperations(
            BlockNode file, Buffers buffers, Header header, Mapping mapping, Metadata metadata, Resizer resizer) {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.mapping = mapping;
        this.metadata = metadata;
        this.resizer = resizer;
    }

    /** Makes one; returns the table with it. */
    SnapshotTable.Read create(SnapshotTable.Read before, String name, Instant now) throws IOException {
        metadata.settle();
        long[] l1 = mapping.l1().copy();
        checkCounts(l1);
        for (int i = 0; i < l1.length; i++) {
            l1[i] &= ~L2Entry.COPIED;
        }
        long place = metadata.writeNew(Resizer.bytes(l1));
        Snapshot made = new Snapshot(
                place,
                l1.length,
                freeId(before.snapshots()),
                name,
                (int) now.getEpochSecond(),
                now.getNano(),
                0,
                0,
                header.u64(Header.SIZE),
                new byte[0]);
        List<Snapshot> all = new ArrayList<>(before.snapshots());
        all.add(made);
        byte[] table = SnapshotTable.encode(all);
        long tablePlace = metadata.writeNew(table);
        return halfWay(() -> {
            addReferences(l1);
            refreshFlags();
            release(storeTable(all.size(), tablePlace), before.bytes());
            writeCounts();
            return new SnapshotTable.Read(List.copyOf(all), table.length);
        });
    }

    private static String freeId(List<Snapshot> snapshots) {
        long greatest = 0;
        for (Snapshot snapshot : snapshots) {
            try {
                greatest = Math.max(greatest, Long.parseLong(snapshot.id()));
            } catch (NumberFormatException _) {
                // Somebody else's way to name them: no number, no conflict.
            }
        }
        return Long.toString(greatest + 1);
    }

    SnapshotTable.Read delete(SnapshotTable.Read before, Snapshot gone) throws IOException {
        metadata.settle();
        long[] l1 = l1Of(gone);
        List<Snapshot> all = new ArrayList<>(before.snapshots());
        all.remove(gone);
        byte[] table = SnapshotTable.encode(all);
        long tablePlace = metadata.writeNew(table);
        return halfWay(() -> {
            release(storeTable(all.size(), tablePlace), before.bytes());
            dropReferences(l1);
            release(gone.l1Offset(), (long) l1.length * Long.BYTES);
            writeCounts();
            refreshFlags();
            return new SnapshotTable.Read(List.copyOf(all), table.length);
        });
    }

    /** Applies one; returns the size that the guest has now. */
    long apply(Snapshot snapshot) throws IOException {
        metadata.settle();
        long size = snapshot.diskSize();
        long[] l1 = l1Of(snapshot);
        if (size < 0 || geometry.l1Entries(size) > Tables.MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException("snapshot %s has an impossible size".formatted(snapshot.id()));
        }
        checkCounts(l1);
        long[] former = mapping.l1().copy();
        long[] entries = new long[(int) Math.max(l1.length, geometry.l1Entries(size))];
        System.arraycopy(l1, 0, entries, 0, l1.length);
        return halfWay(() -> {
            addReferences(l1);
            resizer.moveL1(entries, size);
            mapping.cache().clear();
            dropReferences(former);
            metadata.settle();
            refreshFlags();
            return size;
        });
    }

    private long[] l1Of(Snapshot snapshot) throws IOException {
        return Tables.readL1(file, buffers, geometry, snapshot.l1Offset(), Integer.toUnsignedLong(snapshot.l1Size()));
    }

    /** What leaves the image unfit for writing when it fails. */
    private <R> R halfWay(InFlight.Work<R, IOException> work) throws IOException {
        boolean done = false;
        try {
            metadata.withLock(() -> {
                metadata.markDirty();
                return true;
            });
            R result = work.run();
            file.flush();
            done = true;
            return result;
        } finally {
            if (!done) {
                metadata.refuse("an operation on snapshots has failed half-way: the image must be checked first");
            }
        }
    }

    /** Refuses before anything has changed. */
    private void checkCounts(long[] l1) throws IOException {
        each(l1, cluster -> {
            if (metadata.refcounts().get(cluster) >= geometry.maxRefcount()) {
                throw new ImageException("reference counts of %d bits are too narrow for another snapshot"
                        .formatted(1 << geometry.refcountOrder()));
            }
            if (!metadata.refcounts().hasBlock(cluster)) {
                throw new DamagedException("cluster %#x is in use, but not counted".formatted(cluster));
            }
        });
    }

    private void each(long[] l1, TableWalk.ClusterVisitor visitor) throws IOException {
        metadata.withLock(() -> {
            TableWalk.walk(file, buffers, geometry, l1, 0, (_, offset, entries) -> {
                visitor.cluster(offset >>> geometry.clusterBits());
                for (long entry : entries) {
                    TableWalk.references(geometry, entry, visitor);
                }
            });
            return true;
        });
    }

    private void addReferences(long[] l1) throws IOException {
        each(l1, metadata.refcounts()::increment);
        writeCounts();
    }

    /** What the file does not refer to any more, and nobody looks at. */
    private void dropReferences(long[] l1) throws IOException {
        each(l1, metadata.allocator()::release);
    }

    private void release(long offset, long bytes) throws IOException {
        metadata.withLock(() -> {
            long first = offset >>> geometry.clusterBits();
            for (long cluster = first; offset != 0 && cluster < first + geometry.clusters(bytes); cluster++) {
                metadata.allocator().release(cluster);
            }
            return true;
        });
    }

    private void writeCounts() throws IOException {
        metadata.withLock(() -> {
            metadata.writeCounts();
            return true;
        });
    }

    /** Returns where the former one is. */
    private long storeTable(int count, long place) throws IOException {
        return metadata.withLock(() -> {
            long former = header.u64(Header.SNAPSHOTS + 4);
            header.u32(Header.SNAPSHOTS, count);
            header.u64(Header.SNAPSHOTS + 4, place);
            file.flush();
            header.store(file, Header.SNAPSHOTS, 12);
            file.flush();
            return former;
        });
    }

    private void refreshFlags() throws IOException {
        long[] l1 = mapping.l1().copy();
        long clusters = geometry.clusters(file.length());
        new CopiedFlags(file, buffers, geometry, metadata.refcounts()::get)
                .refresh(mapping.l1().offset(), l1, clusters);
        mapping.l1().replace(mapping.l1().offset(), l1);
        mapping.cache().clear();
    }
}
