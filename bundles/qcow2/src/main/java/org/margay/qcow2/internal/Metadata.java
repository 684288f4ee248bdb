package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.memory.IoVector;

/**
 * The tables of a writable image: what they say in memory, and how that comes to the file so that at every moment the file is
 * sound.
 *
 * <p>Requests change tables in memory, under {@link #lock()}, when the data that they point to has been written. {@link #commit}
 * brings them to the file in two steps, the first stable before the second one begins: data, reference counts that went up, new L2
 * tables; then entries of L2 tables and the L1 table. What is not referred to any more is counted down after that, and used again
 * only then. So whatever is lost, nothing refers to a cluster that does not count it; at worst some are counted that nobody uses.
 */
final class Metadata {
    /** Bytes of clusters that were freed but can't be used yet, from where on it is worth a commit before the file grows. */
    private static final long FREED_BYTES = 64L << 20;

    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final Mapping mapping;
    private final MetadataAreas areas;
    private final Refcounts refcounts;
    private final ClusterAllocator allocator;
    private final Reclaimer reclaimer;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock committing = new ReentrantLock();
    private final AtomicLong tickets = new AtomicLong();
    private long committed;

    private final List<L2Slice> dirty = new ArrayList<>();
    private Freed freed = new Freed();
    private boolean copied;

    private volatile @Nullable String damage;

    /**
     * Of an image whose tables are in the file as they are in memory.
     *
     * @param reused told before room that was freed is used again
     */
    Metadata(
            BlockNode file,
            Buffers buffers,
            Header header,
            Mapping mapping,
            MetadataAreas areas,
            InFlight inFlight,
            Refcounts refcounts,
            Runnable reused) {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.mapping = mapping;
        this.areas = areas;
        this.refcounts = refcounts;
        this.allocator = new ClusterAllocator(file, refcounts, areas, geometry);
        this.reclaimer = new Reclaimer(file, geometry, lock, areas, refcounts, allocator, inFlight, reused);
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Does something under the lock. */
    <R> R withLock(InFlight.Work<R, IOException> work) throws IOException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    Refcounts refcounts() {
        return refcounts;
    }

    ClusterAllocator allocator() {
        return allocator;
    }

    MetadataAreas areas() {
        return areas;
    }

    /**
     * Refuses writes to an image that was found to be damaged.
     *
     * @throws DamagedException when it was
     */
    void checkSound() throws DamagedException {
        @Nullable String found = damage;
        if (found != null) {
            throw new DamagedException(found);
        }
    }

    boolean isSound() {
        return damage == null;
    }

    /** Damage was found: the image says so from now on, and nothing is written to it any more. */
    void damaged(String what) {
        lock.lock();
        try {
            if (damage != null) {
                return;
            }
            damage = what;
            if (geometry.version() >= 3) {
                header.u64(Header.INCOMPATIBLE, header.incompatible() | Features.CORRUPT);
                header.store(file, Header.INCOMPATIBLE, Long.BYTES);
                file.flush();
            }
        } catch (IOException _) {
            // The file does not take it; the refusal stands.
        } finally {
            lock.unlock();
        }
    }

    /** Refuses writes from now on. */
    void refuse(String why) {
        damage = why;
    }

    /** Where writes of guest data in place must not go: metadata, or where nothing ever was, whatever an entry says. */
    void checkData(long hostOffset, long length) throws IOException {
        long first = hostOffset >>> geometry.clusterBits();
        long last = (hostOffset + length - 1) >>> geometry.clusterBits();
        if (areas.overlaps(first, last - first + 1)) {
            throw new DamagedException(
                    "Preventing invalid write on metadata (overlaps with cluster at %#x)".formatted(hostOffset));
        }
        // Clusters that are linked have been written, at least in part.
        if (last >= geometry.clusters(file.length())) {
            throw new DamagedException(
                    "Preventing invalid write behind the end of the file, at %#x".formatted(hostOffset));
        }
    }

    /** Says in the image that counts may be wrong, before they are: with late reference counts. Under the lock. */
    private void beginChange() throws IOException {
        checkSound();
        if (header.lazyRefcounts()) {
            markDirty();
        }
    }

    /** Says in the image that counts may be wrong, stable. Under the lock. */
    void markDirty() throws IOException {
        if (geometry.version() >= 3 && (header.incompatible() & Features.DIRTY) == 0) {
            header.u64(Header.INCOMPATIBLE, header.incompatible() | Features.DIRTY);
            header.store(file, Header.INCOMPATIBLE, Long.BYTES);
            file.flush();
        }
    }

    /** Takes room for guest data. */
    ClusterAllocator.Run allocate(long wanted) throws IOException {
        if (freedBytes() > FREED_BYTES) {
            commit();
        }
        lock.lock();
        try {
            beginChange();
            return allocator.take(wanted, false);
        } finally {
            lock.unlock();
        }
    }

    private long freedBytes() {
        lock.lock();
        try {
            return (long) freed.size() << geometry.clusterBits();
        } finally {
            lock.unlock();
        }
    }

    /** Takes room for compressed data, which begins at any byte and may share clusters with others. */
    long allocateBytes(int bytes) throws IOException {
        lock.lock();
        try {
            beginChange();
            return allocator.takeBytes(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Room for compressed data was not used. */
    void giveBack(CompressedSpot spot) throws IOException {
        lock.lock();
        try {
            long last = spot.lastCluster(geometry.clusterBits());
            for (long cluster = spot.firstCluster(geometry.clusterBits()); cluster <= last; cluster++) {
                allocator.release(cluster);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Room that was taken was not used. */
    void giveBack(ClusterAllocator.Run run) throws IOException {
        lock.lock();
        try {
            allocator.giveBack(run);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes entries of guest clusters, all of one slice, what they are from now on. What the former ones referred to is freed.
     *
     * @param copy whether data that was stable elsewhere was copied to where entries point
     * @param discard whether the host may have what was freed
     */
    void link(long firstCluster, long[] entries, boolean copy, boolean discard) throws IOException {
        while (!tryLink(firstCluster, entries, copy, discard)) {
            commit();
        }
        if (tooDirty()) {
            commit();
        }
    }

    private boolean tooDirty() {
        lock.lock();
        try {
            return dirty.size() > mapping.cache().capacity() / 2;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryLink(long firstCluster, long[] entries, boolean copy, boolean discard) throws IOException {
        lock.lock();
        try {
            beginChange();
            long key = mapping.key(firstCluster);
            makeOwnTable((int) mapping.l1Index(key));
            @Nullable L2Slice slice = pin(key);
            if (slice == null) {
                return false;
            }
            int first = mapping.index(firstCluster);
            for (int i = 0; i < entries.length; i++) {
                long former = slice.get(first + i);
                slice.set(first + i, entries[i]);
                free(former, entries[i], discard);
            }
            copied |= copy;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A slice to be changed. Under the lock. */
    @Nullable
    L2Slice pin(long key) throws IOException {
        @Nullable L2Slice here = mapping.cache().find(key);
        boolean known = here != null && here.dirty;
        @Nullable L2Slice slice = mapping.cache().pin(key);
        if (slice != null && !known) {
            dirty.add(slice);
        }
        return slice;
    }

    /** What an entry referred to, unless the new one does as well. Under the lock. */
    void free(long former, long now, boolean discard) {
        if ((former & L2Entry.COMPRESSED) != 0) {
            CompressedSpot spot = CompressedSpot.of(former, geometry.clusterBits());
            long last = spot.lastCluster(geometry.clusterBits());
            for (long cluster = spot.firstCluster(geometry.clusterBits()); cluster <= last; cluster++) {
                // The host may not have it: somebody may be filling the rest of it.
                freed.add(cluster, false, false);
            }
        } else {
            long offset = L2Entry.offset(former);
            boolean stays = (now & L2Entry.COMPRESSED) == 0 && offset == L2Entry.offset(now);
            if (offset != 0 && !stays) {
                freed.add(offset >>> geometry.clusterBits(), false, discard);
            }
        }
    }

    /** References to some clusters went, in memory. Under the lock. */
    void freeAll(long first, long count, boolean metadata) {
        for (long cluster = first; cluster < first + count; cluster++) {
            freed.add(cluster, metadata, false);
        }
    }

    /** Sees to it that an L1 entry has an L2 table which nobody else uses. Under the lock. */
    private void makeOwnTable(int l1Index) throws IOException {
        long entry = mapping.l1().get(l1Index);
        long offset = mapping.tableOffset(l1Index);
        if (offset != 0 && L2Entry.copied(entry)) {
            return;
        }
        ClusterAllocator.Run run = allocator.take(1, true);
        long place = run.first() << geometry.clusterBits();
        try {
            // What is cached of the former table stays true: the new one has the same entries.
            if (offset == 0) {
                file.writeZeroes(place, geometry.clusterSize(), false);
            } else {
                copyTable(offset, place);
            }
        } catch (IOException | RuntimeException e) {
            allocator.giveBack(run);
            throw e;
        }
        areas.add(run.first());
        mapping.l1().set(l1Index, place | L2Entry.COPIED);
        if (offset != 0) {
            freed.add(offset >>> geometry.clusterBits(), true, false);
        }
        // The table must be stable before the L1 entry is, as it is now: entries that it gets later may come later.
        copied = true;
    }

    private void copyTable(long from, long to) throws IOException {
        try (Buffers.Buffer buffer = buffers.take(geometry.clusterSize())) {
            BigEndian.readBytes(file, from, buffer.memory());
            file.write(to, IoVector.of(buffer.memory()));
        }
    }

    /** A slice on its way to the file. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Copy(L2Slice slice, long offset, long[] entries) {}

    /** What a commit brings to the file. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Work(
            List<Copy> slices, BitSet l1Entries, long[] l1, BitSet newBlocks, Freed freed, boolean copied) {}

    /** Brings all that requests which have ended changed to the file, stable. */
    void commit() throws IOException {
        long ticket = tickets.incrementAndGet();
        committing.lock();
        try {
            // Who waited may find that the one before has done it all.
            if (committed < ticket) {
                long upTo = tickets.get();
                commitNow();
                committed = upTo;
            }
        } finally {
            committing.unlock();
        }
    }

    private void commitNow() throws IOException {
        Work work = take();
        try {
            if (!work.newBlocks.isEmpty()) {
                file.flush();
                lock.lock();
                try {
                    refcounts.link(work.newBlocks);
                } finally {
                    lock.unlock();
                }
            }
            if (!work.slices.isEmpty() || !work.l1Entries.isEmpty()) {
                // Late reference counts need no order, but what was copied must not be lost with its original.
                if (!header.lazyRefcounts() || work.copied) {
                    file.flush();
                }
                writeSlices(work.slices);
                writeL1(work);
            }
            file.flush();
        } catch (IOException | RuntimeException e) {
            putBack(work);
            throw e;
        }
        for (Copy copy : work.slices) {
            copy.slice.writing = false;
        }
        drain(work.freed);
    }

    private Work take() throws IOException {
        lock.lock();
        try {
            checkSound();
            BitSet newBlocks = new BitSet();
            if (!header.lazyRefcounts()) {
                newBlocks = refcounts.unlinked();
                refcounts.writeBlocks();
            }
            List<Copy> slices = new ArrayList<>();
            for (L2Slice slice : dirty) {
                slices.add(new Copy(slice, mapping.sliceOffset(slice.key()), slice.copy()));
            }
            for (Copy copy : slices) {
                copy.slice.writing = true;
                copy.slice.dirty = false;
            }
            dirty.clear();
            BitSet l1Entries = mapping.l1().takeDirty();
            Work work = new Work(
                    slices,
                    l1Entries,
                    l1Entries.isEmpty() ? new long[0] : mapping.l1().copy(),
                    newBlocks,
                    freed,
                    copied);
            freed = new Freed();
            copied = false;
            return work;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(Work work) {
        lock.lock();
        try {
            for (Copy copy : work.slices) {
                if (!copy.slice.dirty) {
                    copy.slice.dirty = true;
                    dirty.add(copy.slice);
                }
                copy.slice.writing = false;
            }
            mapping.l1().markDirty(work.l1Entries);
            freed.addAll(work.freed);
            copied |= work.copied;
        } finally {
            lock.unlock();
        }
    }

    private void writeSlices(List<Copy> slices) throws IOException {
        for (Copy copy : slices) {
            if (!areas.contains(copy.offset >>> geometry.clusterBits())) {
                throw new DamagedException("L2 table at %#x is not what is there".formatted(copy.offset));
            }
            BigEndian.writeTable(file, buffers, copy.offset, copy.entries);
        }
    }

    private void writeL1(Work work) throws IOException {
        BitSet changed = work.l1Entries;
        if (changed.isEmpty()) {
            return;
        }
        try (Buffers.Buffer buffer = buffers.take((long) work.l1.length * Long.BYTES)) {
            MemorySegment memory = buffer.memory();
            MemorySegment.copy(work.l1, 0, memory, BigEndian.LONG, 0, work.l1.length);
            for (int from = changed.nextSetBit(0); from >= 0; ) {
                int to = changed.nextClearBit(from);
                file.write(
                        mapping.l1().offset() + (long) from * Long.BYTES,
                        IoVector.of(memory.asSlice((long) from * Long.BYTES, (long) (to - from) * Long.BYTES)));
                from = changed.nextSetBit(to);
            }
        }
    }

    /** Counts down what has gone from the file, as soon as no request can look at it any more. */
    private void drain(Freed gone) throws IOException {
        Freed later = reclaimer.drain(gone);
        if (!later.isEmpty()) {
            lock.lock();
            try {
                freed.addAll(later);
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Writes a table to a place of its own, stable with its reference counts; nothing refers to it yet. No request is under way.
     *
     * @return where; 0 for an empty one
     */
    long writeNew(byte[] content) throws IOException {
        if (content.length == 0) {
            return 0;
        }
        lock.lock();
        try {
            ClusterAllocator.Run run = allocator.take(geometry.clusters(content.length), true);
            long place = run.first() << geometry.clusterBits();
            try (Buffers.Buffer buffer = buffers.take((long) run.count() << geometry.clusterBits())) {
                buffer.memory().fill((byte) 0);
                MemorySegment.copy(content, 0, buffer.memory(), ValueLayout.JAVA_BYTE, 0, content.length);
                file.write(place, IoVector.of(buffer.memory()));
                writeCounts();
            } catch (IOException | RuntimeException e) {
                allocator.giveBack(run);
                throw e;
            }
            areas.addAll(run.first(), run.count());
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** Brings reference counts to the file, stable with all that was written before. Under the lock. */
    void writeCounts() throws IOException {
        refcounts.writeBlocks();
        BitSet newBlocks = refcounts.unlinked();
        file.flush();
        if (!newBlocks.isEmpty()) {
            refcounts.link(newBlocks);
            file.flush();
        }
    }

    /** Counts down what waited for requests that have left by now. */
    void reclaim() throws IOException {
        if (reclaimer.waiting() && committing.tryLock()) {
            try {
                drain(new Freed());
            } finally {
                committing.unlock();
            }
        }
    }

    /** Whether a flush has anything to do but for data. */
    boolean changed() {
        lock.lock();
        try {
            return !dirty.isEmpty() || !freed.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Commits until nothing waits, reference counts that went down included. No request is under way. */
    void settle() throws IOException {
        do {
            commit();
        } while (changed() || reclaimer.waiting());
        lock.lock();
        try {
            writeCounts();
        } finally {
            lock.unlock();
        }
    }

    /** Sets counts that were found to be too high. No request is under way. */
    void setCounts(List<Checker.Leak> leaks) throws IOException {
        lock.lock();
        try {
            for (Checker.Leak leak : leaks) {
                refcounts.set(leak.cluster(), leak.counted());
            }
            writeCounts();
        } finally {
            lock.unlock();
        }
    }

    /** All that was wrong has been mended: the image says so. */
    void repaired() throws IOException {
        lock.lock();
        try {
            damage = null;
            if (geometry.version() >= 3) {
                header.u64(Header.INCOMPATIBLE, header.incompatible() & ~(Features.DIRTY | Features.CORRUPT));
                header.store(file, Header.INCOMPATIBLE, Long.BYTES);
                file.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Counts are right: the image says so. After {@link #settle}. */
    void markClean() throws IOException {
        lock.lock();
        try {
            if ((header.incompatible() & Features.DIRTY) != 0 && damage == null) {
                header.u64(Header.INCOMPATIBLE, header.incompatible() & ~Features.DIRTY);
                header.store(file, Header.INCOMPATIBLE, Long.BYTES);
                file.flush();
            }
        } finally {
            lock.unlock();
        }
    }
}
