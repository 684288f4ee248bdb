package org.margay.qcow2.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.ImageException;

/**
 * Counts all references that there are in an image's file, and compares. No request is under way, and all is in the file.
 */
final class Checker {
    private static final int MOST_FINDINGS = 1000;

    /** A cluster whose count is too high. */
    record Leak(long cluster, long counted) {}

    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final List<Snapshot> snapshots;
    private final long snapshotBytes;
    private final long[] l1;
    private final Refcounts refcounts;
    private final long fileClusters;

    private final CountMap counts = new CountMap();
    private final List<String> findings = new ArrayList<>();
    private final List<Leak> leaked = new ArrayList<>();

    /** Clusters of the reference counts themselves. */
    private final CountMap own = new CountMap();

    /** Blocks of them that can be believed. */
    private final Set<Integer> sound = new HashSet<>();

    private long corruptions;
    private long leaks;
    private boolean refcountsBroken;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long imageEnd;

    Checker(
            BlockNode file,
            Buffers buffers,
            Header header,
            long[] l1,
            SnapshotTable.Read snapshots,
            Refcounts refcounts) {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.l1 = l1;
        this.snapshots = snapshots.snapshots();
        this.snapshotBytes = snapshots.bytes();
        this.refcounts = refcounts;
        this.fileClusters = geometry.clusters(file.length());
    }

    /** What references there are, but for those of the reference counts themselves. */
    CountMap counts() {
        return counts;
    }

    /** Whether counts are missing or too small, or where they are is wrong, so that they must be made anew. */
    boolean refcountsBroken() {
        return refcountsBroken;
    }

    private void corruption(String finding) {
        corruptions++;
        note("ERROR " + finding);
    }

    private void note(String finding) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(finding);
        }
    }

    Checkable.Result run() throws IOException {
        countArea(0, geometry.clusterSize(), "header");
        countL1(header.u64(Header.L1 + 4), l1, true);
        for (Snapshot snapshot : snapshots) {
            countSnapshot(snapshot);
        }
        countArea(header.u64(Header.SNAPSHOTS + 4), snapshotBytes, "snapshot table");
        countBitmaps();
        countRefcounts();
        compare();
        new CopiedFlags(file, buffers, geometry, this::stored).check(l1, this::corruption, fileClusters);
        return new Checkable.Result(
                corruptions,
                leaks,
                0,
                0,
                findings,
                geometry.clusters(header.u64(Header.SIZE)),
                allocated,
                fragmented,
                compressed,
                imageEnd << geometry.clusterBits());
    }

    /** Counts a piece of metadata. */
    private void countArea(long offset, long bytes, String what) throws IOException {
        if (bytes <= 0) {
            return;
        }
        long first = offset >>> geometry.clusterBits();
        long last = (offset + bytes - 1) >>> geometry.clusterBits();
        if (offset < 0 || last >= fileClusters) {
            corruption("%s at %#x is behind the end of the file".formatted(what, offset));
            return;
        }
        for (long cluster = first; cluster <= last; cluster++) {
            counts.add(cluster);
        }
    }

    private void countSnapshot(Snapshot snapshot) throws IOException {
        long entries = Integer.toUnsignedLong(snapshot.l1Size());
        try {
            countL1(snapshot.l1Offset(), Tables.readL1(file, buffers, geometry, snapshot.l1Offset(), entries), false);
        } catch (ImageException e) {
            corruption("snapshot %s (%s): %s".formatted(snapshot.id(), snapshot.name(), e.getMessage()));
        }
    }

    private void countL1(long offset, long[] entries, boolean active) throws IOException {
        countArea(offset, (long) entries.length * Long.BYTES, "L1 table");
        for (int i = 0; i < entries.length; i++) {
            long table = entries[i] & L2Entry.OFFSET;
            if (table == 0) {
                continue;
            }
            if ((table & geometry.clusterMask()) != 0) {
                corruption("l2_offset=%x: Table is not cluster aligned; L1 entry corrupted".formatted(table));
            } else if (table >>> geometry.clusterBits() >= fileClusters) {
                corruption("l2_offset=%x: Table is behind the end of the file".formatted(table));
            } else {
                counts.add(table >>> geometry.clusterBits());
                countL2(BigEndian.readTable(file, buffers, table, 1 << geometry.l2Bits()), active);
            }
        }
    }

    private void countL2(long[] entries, boolean active) throws IOException {
        long next = 0;
        for (long entry : entries) {
            L2Entry.Kind kind = L2Entry.kind(entry);
            switch (kind) {
                case UNALLOCATED, ZERO -> {}
                case COMPRESSED -> {
                    if (L2Entry.copied(entry)) {
                        corruption("coffset=%#x: copied flag must never be set for compressed clusters"
                                .formatted(CompressedSpot.of(entry, geometry.clusterBits())
                                        .offset()));
                    }
                    countCompressed(CompressedSpot.of(entry, geometry.clusterBits()));
                    allocated += active ? 1 : 0;
                    compressed += active ? 1 : 0;
                    fragmented += active ? 1 : 0;
                }
                case DATA, ZERO_ALLOCATED -> {
                    long offset = L2Entry.offset(entry);
                    if (active) {
                        allocated++;
                        fragmented += next != 0 && next != offset ? 1 : 0;
                        next = offset + geometry.clusterSize();
                    }
                    countData(offset);
                }
            }
        }
    }

    private void countData(long offset) throws IOException {
        if (offset >>> geometry.clusterBits() >= fileClusters) {
            corruption("offset=%x: Cluster is behind the end of the file".formatted(offset));
            return;
        }
        counts.add(offset >>> geometry.clusterBits());
        if ((offset & geometry.clusterMask()) != 0) {
            corruption("offset=%x: Cluster is not properly aligned; L2 entry corrupted.".formatted(offset));
            // It touches both, as long as nobody drops it.
            counts.add((offset >>> geometry.clusterBits()) + 1);
        }
    }

    private void countCompressed(CompressedSpot spot) throws IOException {
        long last = spot.lastCluster(geometry.clusterBits());
        if (spot.offset() >= file.length() || last > fileClusters) {
            corruption("coffset=%#x: compressed cluster is behind the end of the file".formatted(spot.offset()));
            return;
        }
        for (long cluster = spot.firstCluster(geometry.clusterBits()); cluster <= last; cluster++) {
            counts.add(cluster);
        }
    }

    /** Dirty bitmaps, if what is there is said to be up to date: the description's "Bitmaps extension". */
    private void countBitmaps() throws IOException {
        byte[] data = header.extension(Header.EXTENSION_BITMAPS).orElse(new byte[0]);
        if ((header.autoclear() & Features.BITMAPS) != 0 && data.length >= BitmapDirectory.EXTENSION_BYTES) {
            try {
                new BitmapDirectory(file, buffers, geometry, data)
                        .each((offset, bytes) -> countArea(offset, bytes, "bitmap"));
            } catch (ImageException e) {
                corruption("bitmaps: " + e.getMessage());
            }
        }
    }

    /** The refcount table and its blocks. */
    private void countRefcounts() throws IOException {
        @Nullable String problem = refcounts.problem();
        if (problem != null) {
            corruption(problem);
            refcountsBroken = true;
            return;
        }
        for (long i = 0; i < refcounts.tableClusters(); i++) {
            own.add((refcounts.tableOffset() >>> geometry.clusterBits()) + i);
        }
        long[] offsets = refcounts.blockOffsets();
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != 0) {
                countBlock(i, offsets[i]);
            }
        }
    }

    private void countBlock(int index, long offset) throws IOException {
        long cluster = offset >>> geometry.clusterBits();
        if ((offset & geometry.clusterMask()) != 0) {
            corruption("refcount block %d is not cluster aligned; refcount table entry corrupted".formatted(index));
        } else if (cluster >= fileClusters) {
            corruption("refcount block %d is outside image".formatted(index));
        } else if (counts.get(cluster) != 0 || own.get(cluster) != 0) {
            corruption("refcount block %d lies over something else".formatted(index));
            own.add(cluster);
        } else {
            own.add(cluster);
            sound.add(index);
            return;
        }
        refcountsBroken = true;
    }

    /** What the image says of a cluster. */
    private long stored(long cluster) throws IOException {
        long block = cluster >>> geometry.blockBits();
        return block <= Integer.MAX_VALUE && sound.contains((int) block) ? refcounts.get(cluster) : 0;
    }

    private void compare() throws IOException {
        long end = Math.max(fileClusters, counts.end());
        int blockBits = geometry.blockBits();
        // Only where anything is: an image may have vast holes.
        Set<Long> blocks = new TreeSet<>();
        sound.forEach(index -> blocks.add((long) index));
        for (CountMap map : List.of(counts, own)) {
            blocks.addAll(map.blocks(blockBits));
        }
        for (long block : blocks) {
            long from = block << blockBits;
            for (long cluster = from; cluster < Math.min(end, from + (1L << blockBits)); cluster++) {
                compare(cluster, stored(cluster), (long) counts.get(cluster) + own.get(cluster));
            }
        }
    }

    private void compare(long cluster, long stored, long counted) {
        if (stored > 0 || counted > 0) {
            imageEnd = Math.max(imageEnd, cluster + 1);
        }
        if (stored > counted) {
            leaks++;
            note("Leaked cluster %d refcount=%d reference=%d".formatted(cluster, stored, counted));
            leaked.add(new Leak(cluster, counted));
        } else if (stored < counted) {
            corruption("cluster %d refcount=%d reference=%d".formatted(cluster, stored, counted));
            refcountsBroken = true;
        }
    }

    List<Leak> leaked() {
        return leaked;
    }
}
