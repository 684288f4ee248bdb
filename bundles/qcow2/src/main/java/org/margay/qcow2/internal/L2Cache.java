package org.margay.qcow2.internal;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Slices of L2 tables in memory, at most so many bytes of them: a set-associative cache. Finding one takes no lock. Loading takes
 * the lock of its set, within which it is read from the file too: so nobody changes it in between.
 */
final class L2Cache {
    private static final int WAYS = 8;
    private static final int LOCKS = 64;

    /** Reads a slice from the file. */
    interface Loader {
        long[] load(long key) throws IOException;
    }

    private final Loader loader;
    private final AtomicReferenceArray<@Nullable L2Slice> places;
    private final int setMask;
    private final Object[] locks = new Object[LOCKS];

    /** @param slices greatest number, at least {@value #WAYS}, rounded down to a power of two */
    L2Cache(long slices, Loader loader) {
        this.loader = loader;
        int size = Integer.highestOneBit(Math.clamp(slices, WAYS, 1 << 24));
        this.places = new AtomicReferenceArray<>(size);
        this.setMask = size / WAYS - 1;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    int capacity() {
        return places.length();
    }

    /** A slice if it is here. */
    @Nullable
    L2Slice find(long key) {
        int base = base(key);
        for (int way = 0; way < WAYS; way++) {
            @Nullable L2Slice slice = places.getAcquire(base + way);
            if (slice != null && slice.key() == key) {
                if (!slice.used) {
                    slice.used = true;
                }
                return slice;
            }
        }
        return null;
    }

    /** A slice, read when it is not here. It is not kept when its set is full of those that must be. */
    L2Slice load(long key) throws IOException {
        synchronized (lock(key)) {
            @Nullable L2Slice here = find(key);
            if (here == null) {
                here = new L2Slice(key, loader.load(key));
                keep(here);
            }
            return here;
        }
    }

    /**
     * A slice that is going to be changed: marked as dirty.
     *
     * @return null when there is no room for it until dirty ones have been written
     */
    @Nullable
    L2Slice pin(long key) throws IOException {
        synchronized (lock(key)) {
            @Nullable L2Slice slice = find(key);
            if (slice == null) {
                slice = new L2Slice(key, loader.load(key));
                if (!keep(slice)) {
                    return null;
                }
            }
            slice.dirty = true;
            return slice;
        }
    }

    /** Forgets all. No request is under way, none is dirty. */
    void clear() {
        for (int i = 0; i < places.length(); i++) {
            places.set(i, null);
        }
    }

    private Object lock(long key) {
        return locks[(int) key & setMask & (LOCKS - 1)];
    }

    private int base(long key) {
        return ((int) key & setMask) * WAYS;
    }

    /** Second chance within the set. */
    private boolean keep(L2Slice slice) {
        int base = base(slice.key());
        int candidate = -1;
        for (int way = 0; way < WAYS; way++) {
            @Nullable L2Slice there = places.get(base + way);
            if (there == null) {
                candidate = base + way;
                break;
            }
            if (!there.pinned()) {
                if (!there.used) {
                    candidate = base + way;
                    break;
                }
                there.used = false;
                if (candidate < 0) {
                    candidate = base + way;
                }
            }
        }
        if (candidate < 0) {
            return false;
        }
        places.setRelease(candidate, slice);
        return true;
    }
}
