package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.image.blocks.SectorCipher;
import org.margay.memory.IoVector;

/**
 * Writes a guest's bytes. What has a place of its own is written there; the rest is given places first, filled, and then linked.
 * Any thread.
 */
final class GuestWriter {
    /** Clusters that get their places in one go, in bytes: enough for speed, and what a buffer of encrypted data takes. */
    private static final long CHUNK_BYTES = 4L << 20;

    private static final MemorySegment ZEROS = Arena.global().allocate(1 << 16, 4096);

    private final BlockNode file;
    private final Buffers buffers;
    private final Geometry geometry;
    private final Mapping mapping;
    private final Metadata metadata;
    private final GuestReader reader;
    private final CompressedClusters compressed;
    private final ClusterRanges ranges = new ClusterRanges();

    GuestWriter(
            BlockNode file,
            Buffers buffers,
            Geometry geometry,
            Mapping mapping,
            Metadata metadata,
            GuestReader reader,
            CompressedClusters compressed) {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        this.mapping = mapping;
        this.metadata = metadata;
        this.reader = reader;
        this.compressed = compressed;
    }

    /** @param end of the image */
    void write(long offset, IoVector source, long end) throws IOException {
        long size = source.size();
        long done = 0;
        boolean plain = reader.cipher() == null;
        while (done < size) {
            long at = offset + done;
            long entry = mapping.entry(at >>> geometry.clusterBits());
            if (plain && L2Entry.inPlace(entry)) {
                long length = mapping.runInPlace(at, entry, size - done);
                writeInPlace(at, entry, source.slice(done, length));
                done += length;
            } else {
                done += change(at, source.slice(done, Math.min(size - done, CHUNK_BYTES)), end);
            }
        }
    }

    private void writeInPlace(long at, long entry, IoVector source) throws IOException {
        metadata.checkSound();
        long host = L2Entry.offset(entry) + (at & geometry.clusterMask());
        metadata.checkData(host, source.size());
        file.write(host, source);
    }

    /** Clusters at an offset, up to so many bytes and within one slice. */
    private long lastCluster(long at, long bytes) {
        long first = at >>> geometry.clusterBits();
        long last = (at + bytes - 1) >>> geometry.clusterBits();
        return Math.min(last, first | (geometry.sliceEntries() - 1));
    }

    /**
     * Writes where entries must change, or where nobody else may be meanwhile.
     *
     * @return bytes that were written, the first ones; perhaps none, when others have changed entries just now
     */
    private long change(long at, IoVector source, long end) throws IOException {
        long first = at >>> geometry.clusterBits();
        long last = lastCluster(at, source.size());
        ClusterRanges.Held held = ranges.acquire(first, last);
        try {
            long entry = mapping.entry(first);
            if (L2Entry.inPlace(entry)) {
                @Nullable SectorCipher cipher = reader.cipher();
                if (cipher == null) {
                    return 0;
                }
                long length = Math.min(
                        ((last + 1) << geometry.clusterBits()) - at, mapping.runInPlace(at, entry, source.size()));
                writeEncrypted(cipher, at, entry, source.slice(0, length), end);
                return length;
            }
            boolean reserved = L2Entry.kind(entry) == L2Entry.Kind.ZERO_ALLOCATED && L2Entry.copied(entry);
            long count = 1;
            while (first + count <= last && sameWay(mapping.entry(first + count), entry, reserved, count)) {
                count++;
            }
            if (reserved) {
                long place = L2Entry.offset(entry) >>> geometry.clusterBits();
                metadata.checkSound();
                metadata.checkData(L2Entry.offset(entry), count << geometry.clusterBits());
                return fill(at, source, new ClusterAllocator.Run(place, (int) count, false), end);
            }
            ClusterAllocator.Run run = metadata.allocate(count);
            boolean linked = false;
            try {
                long written = fill(at, source, run, end);
                linked = true;
                return written;
            } finally {
                if (!linked) {
                    metadata.giveBack(run);
                }
            }
        } finally {
            ranges.release(held);
        }
    }

    private boolean sameWay(long next, long entry, boolean reserved, long count) {
        boolean nextReserved = L2Entry.kind(next) == L2Entry.Kind.ZERO_ALLOCATED && L2Entry.copied(next);
        if (reserved) {
            return nextReserved && L2Entry.offset(next) == L2Entry.offset(entry) + (count << geometry.clusterBits());
        }
        return !nextReserved && !L2Entry.inPlace(next);
    }

    /** Writes into clusters that are not linked yet, with what else belongs into the first and the last one, and links them. */
    private long fill(long at, IoVector source, ClusterAllocator.Run run, long end) throws IOException {
        long first = at >>> geometry.clusterBits();
        long start = first << geometry.clusterBits();
        long limit = start + ((long) run.count() << geometry.clusterBits());
        long length = Math.min(source.size(), limit - at);
        IoVector part = source.slice(0, length);
        int head = (int) (at - start);
        int tail = (int) (limit - at - length);
        long host = run.first() << geometry.clusterBits();
        @Nullable SectorCipher cipher = reader.cipher();
        boolean copy = false;
        if (head == 0 && tail == 0 && cipher == null) {
            file.write(host, part);
        } else if (cipher == null && run.fresh() && readsZero(start, head) && readsZero(at + length, tail)) {
            // The file has nothing there, which reads as zeros.
            file.write(host + head, part);
        } else {
            copy = true;
            fillAround(at, part, head, tail, host, end);
        }
        long[] entries = new long[run.count()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = host + ((long) i << geometry.clusterBits()) | L2Entry.COPIED;
        }
        metadata.link(first, entries, copy, false);
        return length;
    }

    /** Whether the guest finds nothing but zeros, as far as the tables say: within one cluster. */
    private boolean readsZero(long at, int length) throws IOException {
        if (length == 0) {
            return true;
        }
        return switch (L2Entry.kind(mapping.entry(at >>> geometry.clusterBits()))) {
            case ZERO, ZERO_ALLOCATED -> true;
            case UNALLOCATED -> !reader.anythingBelow(at);
            case DATA, COMPRESSED -> false;
        };
    }

    private void fillAround(long at, IoVector part, int head, int tail, long host, long end) throws IOException {
        @Nullable SectorCipher cipher = reader.cipher();
        long middle = cipher == null ? 0 : part.size();
        try (Buffers.Buffer buffer = buffers.take(head + middle + tail + 1L)) {
            MemorySegment memory = buffer.memory();
            MemorySegment before = memory.asSlice(0, head);
            MemorySegment behind = memory.asSlice(head + middle, tail);
            readOld(at - head, before, end);
            readOld(at + part.size(), behind, end);
            if (cipher == null) {
                List<MemorySegment> pieces = new ArrayList<>();
                pieces.add(before);
                pieces.addAll(part.pieces());
                pieces.add(behind);
                file.write(host, IoVector.of(pieces));
            } else {
                part.copyTo(memory.asSlice(head, middle));
                MemorySegment all = memory.asSlice(0, head + middle + tail);
                cipher.encrypt(all, at - head);
                file.write(host, IoVector.of(all));
            }
        }
    }

    /** What the guest finds at an offset; zeros behind the image's end. */
    private void readOld(long at, MemorySegment target, long end) throws IOException {
        long there = Math.clamp(end - at, 0, target.byteSize());
        if (there > 0) {
            reader.read(at, IoVector.of(target.asSlice(0, there)));
        }
        target.asSlice(there).fill((byte) 0);
    }

    /** Writes into encrypted clusters in place. Whole sectors are encrypted: what is beside the data is read first. */
    private void writeEncrypted(SectorCipher cipher, long at, long entry, IoVector source, long end)
            throws IOException {
        metadata.checkSound();
        long skip = at & (SectorCipher.SECTOR - 1);
        long size = skip + source.size() + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR;
        long host = L2Entry.offset(entry) + (at & geometry.clusterMask()) - skip;
        metadata.checkData(host, size);
        try (Buffers.Buffer buffer = buffers.take(size)) {
            MemorySegment memory = buffer.memory();
            readOld(at - skip, memory.asSlice(0, skip), end);
            readOld(at + source.size(), memory.asSlice(skip + source.size()), end);
            source.copyTo(memory.asSlice(skip, source.size()));
            cipher.encrypt(memory, at - skip);
            file.write(host, IoVector.of(memory));
        }
    }

    /** Writes a cluster compressed, or as it is when that does not make it smaller. */
    void writeCompressed(long at, IoVector source, long end) throws IOException {
        int size = geometry.clusterSize();
        long cluster = at >>> geometry.clusterBits();
        CompressedSpot spot;
        try (Buffers.Buffer plain = buffers.take(size);
                Buffers.Buffer packed = buffers.take(size)) {
            source.copyTo(plain.memory().asSlice(0, source.size()));
            plain.memory().asSlice(source.size()).fill((byte) 0);
            int bytes =
                    compressed.codec().compress(plain.memory(), packed.memory().asSlice(0, size - 1));
            if (bytes < 0) {
                write(at, source, end);
                return;
            }
            spot = CompressedSpot.at(metadata.allocateBytes(bytes), bytes);
            boolean linked = false;
            ClusterRanges.Held held = ranges.acquire(cluster, cluster);
            try {
                file.write(spot.offset(), IoVector.of(packed.memory().asSlice(0, bytes)));
                metadata.link(cluster, new long[] {spot.entry(geometry.clusterBits())}, false, false);
                linked = true;
            } finally {
                ranges.release(held);
                if (!linked) {
                    metadata.giveBack(spot);
                }
            }
        }
    }

    /** Makes a range read as zeros. */
    void writeZeroes(long offset, long length, boolean mayUnmap, long end) throws IOException {
        long done = 0;
        while (done < length) {
            long at = offset + done;
            long part = Math.min(length - done, geometry.clusterSize() - (at & geometry.clusterMask()));
            boolean whole = (at & geometry.clusterMask()) == 0 && (part == geometry.clusterSize() || at + part == end);
            if (whole) {
                done += zeroClusters(at, length - done, mayUnmap, end);
            } else {
                if (!readsZero(at, (int) part)) {
                    writeData(at, part, end);
                }
                done += part;
            }
        }
    }

    /** Zeros as data. */
    private void writeData(long at, long length, long end) throws IOException {
        for (long done = 0; done < length; ) {
            long part = Math.min(length - done, ZEROS.byteSize());
            write(at + done, IoVector.of(ZEROS.asSlice(0, part)), end);
            done += part;
        }
    }

    /** Whole clusters, the last one perhaps cut off by the image's end. */
    private long zeroClusters(long at, long most, boolean mayUnmap, long end) throws IOException {
        long first = at >>> geometry.clusterBits();
        long bytes = at + most == end ? most : most & ~geometry.clusterMask();
        long last = lastCluster(at, bytes);
        long length = Math.min(bytes, ((last + 1) << geometry.clusterBits()) - at);
        if (geometry.version() < 3) {
            zeroClustersOfV2(at, first, last, length, mayUnmap, end);
            return length;
        }
        relink(first, last, mayUnmap, entry -> switch (L2Entry.kind(entry)) {
            case ZERO -> entry;
            case UNALLOCATED -> reader.anythingBelow(at) ? L2Entry.ZERO : entry;
            case ZERO_ALLOCATED -> mayUnmap ? L2Entry.ZERO : entry;
            case DATA ->
                mayUnmap || !L2Entry.copied(entry)
                        ? L2Entry.ZERO
                        : L2Entry.offset(entry) | L2Entry.COPIED | L2Entry.ZERO;
            case COMPRESSED -> L2Entry.ZERO;
        });
        return length;
    }

    private void zeroClustersOfV2(long at, long first, long last, long length, boolean mayUnmap, long end)
            throws IOException {
        if (!reader.anythingBelow(at) && mayUnmap) {
            relink(first, last, true, _ -> 0L);
            return;
        }
        for (long cluster = first; cluster <= last; cluster++) {
            long from = cluster << geometry.clusterBits();
            int part = (int) Math.min(geometry.clusterSize(), at + length - from);
            if (!readsZero(from, part)) {
                writeData(from, part, end);
            }
        }
    }

    /** What is in whole clusters is not needed any more. */
    void discard(long offset, long length, long end) throws IOException {
        long from = offset + geometry.clusterMask() & ~geometry.clusterMask();
        long to = offset + length == end ? end : offset + length & ~geometry.clusterMask();
        for (long at = from; at < to; ) {
            long first = at >>> geometry.clusterBits();
            long last = lastCluster(at, to - at);
            long here = at;
            if (geometry.version() >= 3) {
                relink(first, last, true, entry -> switch (L2Entry.kind(entry)) {
                    case UNALLOCATED, ZERO -> entry;
                    // What lies below must not show again.
                    case ZERO_ALLOCATED, DATA, COMPRESSED -> reader.anythingBelow(here) ? L2Entry.ZERO : 0;
                });
            } else if (!reader.anythingBelow(here)) {
                relink(first, last, true, _ -> 0L);
            }
            at = (last + 1) << geometry.clusterBits();
        }
    }

    /** Gives clusters of one slice their places. The image is empty. */
    void preallocate(long at, long length, Preallocation how) throws IOException {
        long first = at >>> geometry.clusterBits();
        long count = lastCluster(at, length) - first + 1;
        while (count > 0) {
            ClusterAllocator.Run run = metadata.allocate(count);
            long host = run.first() << geometry.clusterBits();
            long bytes = (long) run.count() << geometry.clusterBits();
            switch (how) {
                case OFF, METADATA -> {
                    if (!run.fresh()) {
                        file.writeZeroes(host, bytes, true);
                    }
                    // The file must reach there.
                    file.write(host + bytes - 1, IoVector.of(ZEROS.asSlice(0, 1)));
                }
                case FALLOC -> file.writeZeroes(host, bytes, false);
                case FULL -> writeZeros(host, bytes);
            }
            long[] entries = new long[run.count()];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = host + ((long) i << geometry.clusterBits()) | L2Entry.COPIED;
            }
            metadata.link(first, entries, false, false);
            first += run.count();
            count -= run.count();
        }
    }

    private void writeZeros(long host, long bytes) throws IOException {
        for (long done = 0; done < bytes; ) {
            long part = Math.min(bytes - done, ZEROS.byteSize());
            file.write(host + done, IoVector.of(ZEROS.asSlice(0, part)));
            done += part;
        }
    }

    /** What an entry becomes. */
    interface Change {
        long of(long entry) throws IOException;
    }

    /** Changes entries of some clusters of one slice. */
    void relink(long first, long last, boolean discard, Change change) throws IOException {
        ClusterRanges.Held held = ranges.acquire(first, last);
        try {
            long[] entries = new long[(int) (last - first + 1)];
            boolean changed = false;
            for (int i = 0; i < entries.length; i++) {
                long entry = mapping.entry(first + i);
                entries[i] = change.of(entry);
                changed |= entries[i] != entry;
            }
            if (changed) {
                metadata.link(first, entries, false, discard);
            }
        } finally {
            ranges.release(held);
        }
    }
}
