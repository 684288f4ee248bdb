package org.margay.qcow2.internal;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;

/** The active L1 table in memory. Read by any thread, changed under the metadata lock. */
final class L1Table {
    private volatile AtomicLongArray entries;
    private final BitSet dirty = new BitSet();
    private long offset;

    /** @param offset of it in the file */
    L1Table(long offset, long[] entries) {
        this.offset = offset;
        this.entries = new AtomicLongArray(entries);
    }

    int size() {
        return entries.length();
    }

    long offset() {
        return offset;
    }

    /** An entry; behind the end nothing is allocated. */
    long get(long index) {
        AtomicLongArray now = entries;
        return index < now.length() ? now.get((int) index) : 0;
    }

    void set(int index, long entry) {
        entries.set(index, entry);
        dirty.set(index);
    }

    long[] copy() {
        AtomicLongArray now = entries;
        long[] copy = new long[now.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = now.get(i);
        }
        return copy;
    }

    /** Another one takes its place, which is in the file already. */
    void replace(long newOffset, long[] newEntries) {
        offset = newOffset;
        entries = new AtomicLongArray(newEntries);
        dirty.clear();
    }

    /** Entries that the file has not got, which is noted as done. */
    BitSet takeDirty() {
        BitSet taken = (BitSet) dirty.clone();
        dirty.clear();
        return taken;
    }

    /** They could not be written. */
    void markDirty(BitSet again) {
        dirty.or(again);
    }
}
