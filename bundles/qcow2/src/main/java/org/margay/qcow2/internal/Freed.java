package org.margay.qcow2.internal;

import java.util.Arrays;

/** References to clusters that went: they are counted down when they have gone from the file too. Under the metadata lock. */
final class Freed {
    private static final int METADATA = 1;
    private static final int DISCARD = 2;

    private long[] items = new long[16];
    private int size;

    /**
     * @param metadata whether it was a table
     * @param discard whether the host may have the room, if nobody else refers to it
     */
    void add(long cluster, boolean metadata, boolean discard) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = cluster << 2 | (metadata ? METADATA : 0) | (discard ? DISCARD : 0);
    }

    void addAll(Freed other) {
        for (int i = 0; i < other.size; i++) {
            add(other.cluster(i), other.metadata(i), other.discard(i));
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long cluster(int index) {
        return items[index] >>> 2;
    }

    boolean metadata(int index) {
        return (items[index] & METADATA) != 0;
    }

    boolean discard(int index) {
        return (items[index] & DISCARD) != 0;
    }

    /** Lets go of those before an index, which have been dealt with. */
    void dropFirst(int count) {
        items = Arrays.copyOfRange(items, count, Math.max(count + 16, size));
        size -= count;
    }
}
