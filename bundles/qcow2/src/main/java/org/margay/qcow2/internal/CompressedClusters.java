package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.memory.IoVector;

/**
 * Reads compressed clusters. The last few stay decompressed, as what is read after a part of one is mostly the next part. Any
 * thread.
 */
final class CompressedClusters {
    private static final int KEPT = 4;

    /** A cluster, decompressed. What is at a place in the file never changes while an entry points there. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Plain(long entry, byte[] bytes) {}

    private final BlockNode file;
    private final Buffers buffers;
    private final Geometry geometry;
    private final Codec codec;
    private final AtomicReferenceArray<@Nullable Plain> kept = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger next = new AtomicInteger();

    CompressedClusters(BlockNode file, Buffers buffers, Geometry geometry, Codec codec) {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        this.codec = codec;
    }

    Codec codec() {
        return codec;
    }

    /** Reads a part of a cluster. */
    void read(long entry, int from, IoVector target) throws IOException {
        MemorySegment whole = MemorySegment.ofArray(plain(entry));
        target.copyFrom(whole.asSlice(from, target.size()));
    }

    private byte[] plain(long entry) throws IOException {
        for (int i = 0; i < KEPT; i++) {
            @Nullable Plain plain = kept.get(i);
            if (plain != null && plain.entry == entry) {
                return plain.bytes;
            }
        }
        byte[] bytes = decompress(CompressedSpot.of(entry, geometry.clusterBits()));
        kept.set(Math.floorMod(next.getAndIncrement(), KEPT), new Plain(entry, bytes));
        return bytes;
    }

    private byte[] decompress(CompressedSpot spot) throws IOException {
        int size = geometry.clusterSize();
        byte[] bytes = new byte[size];
        try (Buffers.Buffer packed = buffers.take(spot.bytes());
                Buffers.Buffer plain = buffers.take(size)) {
            BigEndian.readBytes(file, spot.offset(), packed.memory());
            codec.decompress(packed.memory(), plain.memory());
            MemorySegment.copy(plain.memory(), ValueLayout.JAVA_BYTE, 0, bytes, 0, size);
        }
        return bytes;
    }

    /** Room in the file is used for something else: what was there is not that any more. */
    void forget() {
        for (int i = 0; i < KEPT; i++) {
            kept.set(i, null);
        }
    }
}
