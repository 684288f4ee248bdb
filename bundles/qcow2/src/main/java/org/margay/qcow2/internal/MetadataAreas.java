package org.margay.qcow2.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The clusters of the file where metadata is: nothing else may be written there, whatever a damaged table says. A hash set of
 * numbers; asked by all threads without a lock, changed under the metadata lock.
 */
final class MetadataAreas {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    /** Slots hold a cluster's number plus one. */
    private static final long EMPTY = 0;

    private static final long REMOVED = -1;

    private volatile long[] slots = new long[64];
    private int filled;

    boolean contains(long cluster) {
        long[] table = slots;
        for (int i = home(cluster, table.length); ; i = (i + 1) & (table.length - 1)) {
            long found = (long) SLOT.getAcquire(table, i);
            if (found == cluster + 1) {
                return true;
            }
            if (found == EMPTY) {
                return false;
            }
        }
    }

    /** Whether any of some clusters is one. */
    boolean overlaps(long first, long count) {
        for (long cluster = first; cluster < first + count; cluster++) {
            if (contains(cluster)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether it was not there. */
    boolean add(long cluster) {
        if (contains(cluster)) {
            return false;
        }
        if (filled >= slots.length / 2) {
            grow();
        }
        put(slots, cluster);
        filled++;
        return true;
    }

    /** Returns whether none was there. */
    boolean addAll(long first, long count) {
        boolean fresh = true;
        for (long cluster = first; cluster < first + count; cluster++) {
            fresh &= add(cluster);
        }
        return fresh;
    }

    void removeAll(long first, long count) {
        for (long cluster = first; cluster < first + count; cluster++) {
            remove(cluster);
        }
    }

    void clear() {
        filled = 0;
        slots = new long[64];
    }

    private void remove(long cluster) {
        long[] table = slots;
        for (int i = home(cluster, table.length); table[i] != EMPTY; i = (i + 1) & (table.length - 1)) {
            if (table[i] == cluster + 1) {
                SLOT.setRelease(table, i, REMOVED);
                return;
            }
        }
    }

    private void grow() {
        int live = 0;
        for (long slot : slots) {
            if (slot != EMPTY && slot != REMOVED) {
                live++;
            }
        }
        long[] larger = new long[Math.max(64, Integer.highestOneBit(Math.max(1, live)) * 8)];
        for (long slot : slots) {
            if (slot != EMPTY && slot != REMOVED) {
                put(larger, slot - 1);
            }
        }
        filled = live;
        slots = larger;
    }

    private static void put(long[] table, long cluster) {
        int i = home(cluster, table.length);
        while (table[i] != EMPTY) {
            i = (i + 1) & (table.length - 1);
        }
        SLOT.setRelease(table, i, cluster + 1);
    }

    private static int home(long cluster, int length) {
        long mixed = cluster * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & (length - 1);
    }
}
