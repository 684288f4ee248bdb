package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.image.blocks.SectorCipher;
import org.margay.memory.IoVector;

/** Reads a guest's bytes. Any thread. */
final class GuestReader {
    /** Encrypted data is decrypted in pieces of so many bytes. */
    private static final int CRYPT_BYTES = 1 << 20;

    private final BlockNode file;
    private final Buffers buffers;
    private final Mapping mapping;
    private final CompressedClusters compressed;
    private final Geometry geometry;
    private volatile @Nullable BlockNode backing;
    private volatile @Nullable SectorCipher cipher;

    GuestReader(BlockNode file, Buffers buffers, Geometry geometry, Mapping mapping, CompressedClusters compressed) {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        this.mapping = mapping;
        this.compressed = compressed;
    }

    @Nullable
    BlockNode backing() {
        return backing;
    }

    void backing(@Nullable BlockNode node) {
        backing = node;
    }

    @Nullable
    SectorCipher cipher() {
        return cipher;
    }

    void cipher(SectorCipher key) {
        cipher = key;
    }

    /** Whether the backing node has anything from an offset on. */
    boolean anythingBelow(long at) {
        @Nullable BlockNode below = backing;
        return below != null && below.length() > at;
    }

    void read(long offset, IoVector target) throws IOException {
        long size = target.size();
        long done = 0;
        while (done < size) {
            long at = offset + done;
            long entry = mapping.entry(at >>> geometry.clusterBits());
            long length = mapping.run(at, entry, size - done);
            read(at, entry, target.slice(done, length));
            done += length;
        }
    }

    /** Reads what is of one kind and in one place. */
    private void read(long at, long entry, IoVector target) throws IOException {
        switch (L2Entry.kind(entry)) {
            case DATA -> {
                long host = L2Entry.offset(entry) + (at & geometry.clusterMask());
                @Nullable SectorCipher key = cipher;
                if (key == null) {
                    Backing.read(file, host, target);
                } else {
                    readEncrypted(key, at, host, target);
                }
            }
            case UNALLOCATED -> Backing.read(backing, at, target);
            case ZERO, ZERO_ALLOCATED -> target.clear();
            case COMPRESSED -> readCompressed(at, entry, target);
        }
    }

    private void readCompressed(long at, long entry, IoVector target) throws IOException {
        try {
            compressed.read(entry, (int) (at & geometry.clusterMask()), target);
        } catch (ImageException e) {
            throw new ImageException("at offset %#x: %s".formatted(at, e.getMessage()), e);
        }
    }

    private void readEncrypted(SectorCipher key, long at, long host, IoVector target) throws IOException {
        for (long done = 0; done < target.size(); ) {
            long skip = at + done & (SectorCipher.SECTOR - 1);
            long length = Math.min(target.size() - done, CRYPT_BYTES - skip);
            long sectors = skip + length + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR;
            try (Buffers.Buffer buffer = buffers.take(sectors)) {
                MemorySegment memory = buffer.memory();
                Backing.read(file, host + done - skip, IoVector.of(memory));
                key.decrypt(memory, at + done - skip);
                target.slice(done, length).copyFrom(memory.asSlice(skip, length));
            }
            done += length;
        }
    }

    /** What is at an offset, without what lies below. */
    Extent extent(long offset, long most) throws IOException {
        long entry = mapping.entry(offset >>> geometry.clusterBits());
        long length = mapping.run(offset, entry, most);
        return switch (L2Entry.kind(entry)) {
            case DATA ->
                cipher == null
                        ? Extent.data(length, L2Entry.offset(entry) + (offset & geometry.clusterMask()))
                        : Extent.data(length);
            case COMPRESSED -> Extent.data(length);
            case ZERO, ZERO_ALLOCATED -> Extent.zero(length);
            case UNALLOCATED -> Extent.unallocated(length);
        };
    }
}
