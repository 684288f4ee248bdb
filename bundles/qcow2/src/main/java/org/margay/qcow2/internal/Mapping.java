package org.margay.qcow2.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** From a guest's clusters to entries of L2 tables: the description's "Cluster mapping". Any thread, without a lock when in memory. */
final class Mapping {
    /** Bytes of L2 tables in memory at most: with clusters of 64 KiB they map 256 GiB. */
    private static final long CACHE_BYTES = 32 << 20;

    private final BlockNode file;
    private final Buffers buffers;
    private final Geometry geometry;
    private final L1Table l1;
    private final L2Cache cache;
    private final int clusterBits;
    private final long clusterMask;
    private final int sliceBits;
    private final int sliceMask;
    private final int slicesPerTableBits;

    Mapping(BlockNode file, Buffers buffers, Geometry geometry, L1Table l1) {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        this.l1 = l1;
        this.clusterBits = geometry.clusterBits();
        this.clusterMask = geometry.clusterMask();
        this.sliceBits = geometry.sliceBits();
        this.sliceMask = geometry.sliceEntries() - 1;
        this.slicesPerTableBits = geometry.l2Bits() - sliceBits;
        this.cache = new L2Cache(CACHE_BYTES / geometry.sliceBytes(), this::readSlice);
    }

    L2Cache cache() {
        return cache;
    }

    L1Table l1() {
        return l1;
    }

    /** The number of the slice where a guest's cluster is. */
    long key(long cluster) {
        return cluster >>> sliceBits;
    }

    /** Where in its slice a guest's cluster is. */
    int index(long cluster) {
        return (int) cluster & sliceMask;
    }

    /** The L1 entry that a slice belongs to. */
    long l1Index(long key) {
        return key >>> slicesPerTableBits;
    }

    /** Where the L2 table of an L1 entry is in the file; 0: nowhere. */
    long tableOffset(long l1Index) throws ImageException {
        long offset = l1.get(l1Index) & L2Entry.OFFSET;
        if ((offset & clusterMask) != 0) {
            throw new DamagedException("L2 table offset %#x unaligned (L1 index: %#x)".formatted(offset, l1Index));
        }
        return offset;
    }

    /** Where a slice is in the file; it is somewhere. */
    long sliceOffset(long key) throws ImageException {
        long within = key & ((1L << slicesPerTableBits) - 1);
        return tableOffset(l1Index(key)) + within * geometry.sliceBytes();
    }

    private long[] readSlice(long key) throws IOException {
        return BigEndian.readTable(file, buffers, sliceOffset(key), geometry.sliceEntries());
    }

    private @Nullable L2Slice slice(long key) throws IOException {
        @Nullable L2Slice slice = cache.find(key);
        if (slice != null) {
            return slice;
        }
        return tableOffset(l1Index(key)) == 0 ? null : cache.load(key);
    }

    /**
     * The entry of a guest's cluster.
     *
     * @throws ImageException when it makes no sense
     */
    long entry(long cluster) throws IOException {
        @Nullable L2Slice slice = slice(cluster >>> sliceBits);
        if (slice == null) {
            return 0;
        }
        long entry = slice.get((int) cluster & sliceMask);
        check(entry, cluster);
        return entry;
    }

    private void check(long entry, long cluster) throws ImageException {
        if ((entry & L2Entry.COMPRESSED) == 0) {
            if ((entry & L2Entry.OFFSET & clusterMask) != 0) {
                throw new DamagedException("Cluster allocation offset %#x unaligned (guest offset: %#x)"
                        .formatted(entry & L2Entry.OFFSET, cluster << clusterBits));
            }
            if ((entry & L2Entry.ZERO) != 0 && geometry.version() < 3) {
                throw new DamagedException("Zero cluster entry found in pre-v3 image (guest offset: %#x)"
                        .formatted(cluster << clusterBits));
            }
        }
    }

    /**
     * How far what is at an offset goes on: data one behind the other in the file, or the same kind of nothing. Of a compressed cluster
     * it is that cluster.
     *
     * @param entry of the cluster at the offset
     * @param most positive
     */
    long run(long at, long entry, long most) throws IOException {
        long cluster = at >>> clusterBits;
        long length = clusterMask + 1 - (at & clusterMask);
        if (length >= most) {
            return most;
        }
        L2Entry.Kind kind = L2Entry.kind(entry);
        if (kind == L2Entry.Kind.COMPRESSED) {
            return length;
        }
        long expected = L2Entry.offset(entry);
        while (length < most) {
            cluster++;
            if (kind == L2Entry.Kind.UNALLOCATED && (cluster & sliceMask) == 0 && slice(key(cluster)) == null) {
                // Nothing in the whole slice: entry by entry would take long on large empty disks.
                cluster += sliceMask;
                length += (long) (sliceMask + 1) << clusterBits;
                continue;
            }
            long next = entry(cluster);
            if (kind == L2Entry.Kind.DATA) {
                expected += clusterMask + 1;
                if (!L2Entry.isDataAt(next, expected)) {
                    break;
                }
            } else if (L2Entry.kind(next) != kind) {
                break;
            }
            length += clusterMask + 1;
        }
        return Math.min(length, most);
    }

    /** How far the guest's bytes from an offset on may be written in place, one behind the other in the file. */
    long runInPlace(long at, long entry, long most) throws IOException {
        long cluster = at >>> clusterBits;
        long length = clusterMask + 1 - (at & clusterMask);
        long expected = L2Entry.offset(entry);
        while (length < most) {
            long next = entry(++cluster);
            expected += clusterMask + 1;
            if (!L2Entry.isDataAt(next, expected) || !L2Entry.copied(next)) {
                break;
            }
            length += clusterMask + 1;
        }
        return Math.min(length, most);
    }
}
