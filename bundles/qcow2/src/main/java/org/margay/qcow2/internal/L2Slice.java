package org.margay.qcow2.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A part of an L2 table in memory. Entries are read by any thread without a lock; they are changed under the metadata lock, while
 * the slice is {@link #dirty}, which keeps it in the cache.
 */
final class L2Slice {
    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);

    private final long key;
    private final long[] entries;

    /** Whether it was looked at since the cache last wanted room. */
    volatile boolean used = true;

    /** Whether it differs from the file. Set under the lock of its place in the cache as well. */
    volatile boolean dirty;

    /** Whether a copy of it is on its way to the file. */
    volatile boolean writing;

    /**
     * @param key number of the slice in the image: guest cluster divided by entries of a slice
     * @param entries kept
     */
    L2Slice(long key, long[] entries) {
        this.key = key;
        this.entries = entries;
    }

    long key() {
        return key;
    }

    /** What an entry is; data that was written before it was set is seen. */
    long get(int index) {
        return (long) ENTRY.getAcquire(entries, index);
    }

    void set(int index, long entry) {
        ENTRY.setRelease(entries, index, entry);
    }

    long[] copy() {
        return entries.clone();
    }

    boolean pinned() {
        return dirty || writing;
    }
}
