package org.margay.qcow2.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.NoSpaceException;

/**
 * Finds room in the file: the first clusters that nobody uses, so that what was freed is used again before the file grows. All under
 * the metadata lock.
 */
final class ClusterAllocator {
    /**
     * Clusters, one behind the other, each with a count of one.
     *
     * @param first of them
     * @param count how many
     * @param fresh whether nothing was ever written there, so that they read as zeros
     */
    record Run(long first, int count, boolean fresh) {}

    private final BlockNode file;
    private final Refcounts refcounts;
    private final MetadataAreas areas;
    private final Geometry geometry;
    private final boolean growable;
    private final long end;

    /** No cluster below is free. */
    private long hint;

    /** Offset behind the last compressed data; 0: none to go on from. */
    private long tail;

    /** No cluster from here on was ever handed out. */
    private long untouched;

    ClusterAllocator(BlockNode file, Refcounts refcounts, MetadataAreas areas, Geometry geometry) {
        this.file = file;
        this.refcounts = refcounts;
        this.areas = areas;
        this.geometry = geometry;
        this.growable = file.growable();
        this.end = growable ? geometry.maxClusters() : file.length() >>> geometry.clusterBits();
        this.untouched = geometry.clusters(file.length());
    }

    /**
     * Takes clusters.
     *
     * @param wanted how many, positive
     * @param all whether fewer are of no use
     */
    Run take(long wanted, boolean all) throws IOException {
        long first = hint;
        boolean skipped = false;
        while (true) {
            if (first >= end) {
                throw new NoSpaceException("no room for another cluster in the image's file");
            }
            if (!refcounts.hasBlock(first)) {
                refcounts.addBlock(first);
            }
            if (refcounts.get(first) != 0) {
                first++;
                continue;
            }
            long count = 1;
            while (count < wanted && isFree(first + count, all)) {
                count++;
            }
            if (!all || count == wanted) {
                if (!skipped) {
                    hint = first + count;
                }
                return claim(first, (int) count);
            }
            if (!skipped) {
                hint = first;
                skipped = true;
            }
            first += count;
        }
    }

    /** Whether a run may go on; where whole ones are wanted, blocks are made on the way. */
    private boolean isFree(long cluster, boolean all) throws IOException {
        if (cluster >= end) {
            return false;
        }
        if (!refcounts.hasBlock(cluster)) {
            if (!all) {
                return false;
            }
            refcounts.addBlock(cluster);
        }
        return refcounts.get(cluster) == 0;
    }

    private Run claim(long first, int count) throws IOException {
        if (areas.overlaps(first, count)) {
            throw new DamagedException("cluster %#x holds metadata, but its reference count is zero".formatted(first));
        }
        for (int i = 0; i < count; i++) {
            refcounts.set(first + i, 1);
        }
        // What was claimed before may be under way to the file; what is behind its end was never written.
        boolean fresh = growable && first >= untouched && first << geometry.clusterBits() >= file.length();
        untouched = Math.max(untouched, first + count);
        return new Run(first, count, fresh);
    }

    /**
     * Takes bytes for compressed data: behind those that were taken last, when they fit there.
     *
     * @param bytes at most a cluster's
     * @return offset in the file
     */
    long takeBytes(int bytes) throws IOException {
        long size = geometry.clusterSize();
        long within = tail & (size - 1);
        if (tail != 0 && within != 0) {
            long cluster = tail >>> geometry.clusterBits();
            if (within + bytes <= size) {
                if (refcounts.get(cluster) < geometry.maxRefcount()) {
                    refcounts.increment(cluster);
                    return takeTail(tail, bytes);
                }
            } else {
                Run run = take(1, true);
                if (run.first == cluster + 1 && refcounts.get(cluster) < geometry.maxRefcount()) {
                    refcounts.increment(cluster);
                    return takeTail(tail, bytes);
                }
                return takeTail(run.first << geometry.clusterBits(), bytes);
            }
        }
        return takeTail(take(1, true).first << geometry.clusterBits(), bytes);
    }

    private long takeTail(long offset, int bytes) throws NoSpaceException {
        if (!CompressedSpot.reachable(offset + bytes, geometry.clusterBits())) {
            throw new NoSpaceException("compressed clusters can't point so far into the file");
        }
        tail = offset + bytes;
        return offset;
    }

    /** Counts a cluster down; nobody refers to it by this reference any more, neither in memory nor in the file. */
    long release(long cluster) throws IOException {
        long count = refcounts.decrement(cluster);
        if (count == 0) {
            hint = Math.min(hint, cluster);
            if (cluster == tail >>> geometry.clusterBits()) {
                tail = 0;
            }
        }
        return count;
    }

    /** What was never linked is free again. */
    void giveBack(Run run) throws IOException {
        for (int i = 0; i < run.count; i++) {
            release(run.first + i);
        }
    }
}
