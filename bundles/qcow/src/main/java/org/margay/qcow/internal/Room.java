package org.margay.qcow.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** Hands out room at the end of the file: the format knows no other. Any thread. */
final class Room {
    private final boolean growable;
    private final int clusterSize;
    private final long limit;

    /** Clusters that could not be filled. */
    private final Deque<Long> returned = new ArrayDeque<>();

    private long next;
    private long spoiled;

    /** @param limit offset that entries can't reach */
    Room(BlockNode file, long end, int clusterSize, long limit) {
        this.growable = file.growable();
        this.clusterSize = clusterSize;
        this.limit = limit;
        this.next = Math.max(file.length(), end);
        this.spoiled = next;
    }

    /** A cluster, at a multiple of its size. */
    synchronized long cluster() throws ImageException {
        Long again = returned.poll();
        return again != null ? again : take(next + clusterSize - 1 & -clusterSize, clusterSize);
    }

    /** A table, at a multiple of the cluster size. */
    synchronized long table(int size) throws ImageException {
        return take(next + clusterSize - 1 & -clusterSize, size);
    }

    /** Some bytes, from anywhere on. */
    synchronized long bytes(int size) throws ImageException {
        return take(next, size);
    }

    private long take(long from, int size) throws ImageException {
        if (from > limit - size) {
            throw new ImageException("the image is full: its format can't address more than %d bytes".formatted(limit));
        }
        next = from + size;
        return from;
    }

    synchronized void giveBack(long place) {
        returned.add(place);
        spoiled = Math.max(spoiled, place + clusterSize);
    }

    /** Whether nothing was ever written there, so that it reads as zeros. */
    synchronized boolean fresh(long place) {
        return growable && place >= spoiled;
    }
}
