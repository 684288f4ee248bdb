package org.margay.qcow2.internal;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;

/**
 * Lets clusters be used again that nothing in the file refers to any more: as soon as no request is left that found them before. One
 * thread at a time, but for {@link #waiting}.
 */
final class Reclaimer {
    private final BlockNode file;
    private final Geometry geometry;
    private final ReentrantLock lock;
    private final MetadataAreas areas;
    private final Refcounts refcounts;
    private final ClusterAllocator allocator;
    private final InFlight inFlight;
    private final Runnable reused;

    /** Requests of an epoch may still look at them. */
    private volatile @Nullable Freed draining;

    private int epoch;

    /**
     * For one image.
     *
     * @param lock that of the metadata
     * @param reused told before room is used again
     */
    Reclaimer(
            BlockNode file,
            Geometry geometry,
            ReentrantLock lock,
            MetadataAreas areas,
            Refcounts refcounts,
            ClusterAllocator allocator,
            InFlight inFlight,
            Runnable reused) {
        this.file = file;
        this.geometry = geometry;
        this.lock = lock;
        this.areas = areas;
        this.refcounts = refcounts;
        this.allocator = allocator;
        this.inFlight = inFlight;
        this.reused = reused;
    }

    /** Whether anything waits for requests to leave. */
    boolean waiting() {
        return draining != null;
    }

    /**
     * Counts down what can be.
     *
     * @param gone from the file since the last time
     * @return what has to be given again, as others wait still
     */
    Freed drain(Freed gone) throws IOException {
        @Nullable Freed before = draining;
        if (before != null) {
            if (!inFlight.drained(epoch)) {
                return gone;
            }
            draining = null;
            release(before);
        }
        if (!gone.isEmpty()) {
            epoch = inFlight.turn();
            if (inFlight.drained(epoch)) {
                release(gone);
            } else {
                draining = gone;
            }
        }
        return new Freed();
    }

    private void release(Freed gone) throws IOException {
        discard(gone);
        reused.run();
        lock.lock();
        int done = 0;
        try {
            for (; done < gone.size(); done++) {
                long cluster = gone.cluster(done);
                if (allocator.release(cluster) == 0 && gone.metadata(done)) {
                    areas.removeAll(cluster, 1);
                }
            }
        } finally {
            if (done < gone.size()) {
                gone.dropFirst(done + 1);
                draining = gone;
            }
            lock.unlock();
        }
    }

    /** Gives room back to the host that is going to be free. */
    private void discard(Freed gone) throws IOException {
        long from = -1;
        long to = -1;
        for (int i = 0; i < gone.size(); i++) {
            if (gone.discard(i) && lastReference(gone.cluster(i))) {
                long cluster = gone.cluster(i);
                if (cluster == to) {
                    to++;
                    continue;
                }
                discard(from, to);
                from = cluster;
                to = cluster + 1;
            }
        }
        discard(from, to);
    }

    private void discard(long from, long to) throws IOException {
        if (from < to) {
            file.discard(
                    from << geometry.clusterBits(),
                    Math.min(file.length(), to << geometry.clusterBits()) - (from << geometry.clusterBits()));
        }
    }

    private boolean lastReference(long cluster) throws IOException {
        lock.lock();
        try {
            return refcounts.get(cluster) == 1
                    && !areas.contains(cluster)
                    && cluster << geometry.clusterBits() < file.length();
        } finally {
            lock.unlock();
        }
    }
}
