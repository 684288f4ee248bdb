package org.margay.vmdk.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.ChunkCache;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.Zlib;
import org.margay.memory.IoVector;

/**
 * A stream-optimized extent: each grain is packed behind a marker, "Virtual Disk Format 5.0", "Stream-Optimized Compressed Sparse
 * Extents". A grain can be written once.
 */
final class StreamExtent extends SparseExtent {
    private static final int MARKER = 12;
    private static final long CACHE = 8 << 20;

    private final ChunkCache cache = new ChunkCache(CACHE);

    StreamExtent(BlockNode file, SparseHeader header, long length, long start, Below below, boolean readOnly)
            throws IOException {
        super(file, header, length, start, below, readOnly);
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long grain = at / blockSize();
            int in = (int) (at % blockSize());
            long part = Math.min(target.size() - done, blockSize() - in);
            IoVector slice = target.slice(done, part);
            long place = find(grain);
            if (place >= 0) {
                byte[] content = cache.get(grain, _ -> unpack(grain, place));
                slice.copyFrom(MemorySegment.ofArray(content).asSlice(in, part));
            } else if (place == ZERO) {
                slice.clear();
            } else {
                readBelow(at, slice);
            }
            done += part;
        }
    }

    private byte[] unpack(long grain, long place) throws IOException {
        long size = Fields.read(file(), place, MARKER, ByteOrder.LITTLE_ENDIAN).u32(8);
        // What does not pack well becomes a little larger.
        if (size == 0 || size > 2L * blockSize() + 1024) {
            throw new ImageException("damaged: grain %d is packed in %d bytes".formatted(grain, size));
        }
        byte[] content = new byte[blockSize()];
        Zlib.inflate(
                Fields.read(file(), place + MARKER, (int) size, ByteOrder.LITTLE_ENDIAN)
                        .bytes()
                        .toArray(ValueLayout.JAVA_BYTE),
                content);
        return content;
    }

    /** Packs whole grains; what a caller does not give of one reads as before, and can't be written later. */
    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        for (long done = 0; done < source.size(); ) {
            long at = offset + done;
            int in = (int) (at % blockSize());
            long part = Math.min(source.size() - done, blockSize() - in);
            pack(at / blockSize(), in, source.slice(done, part));
            done += part;
        }
    }

    private void pack(long grain, int in, IoVector source) throws IOException {
        byte[] content = new byte[blockSize()];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment whole = arena.allocate(blockSize());
            if (source.size() < blockSize()) {
                long start = grain * blockSize();
                readBelow(start, IoVector.of(whole.asSlice(0, Math.min(blockSize(), length() - start))));
            }
            source.copyTo(whole.asSlice(in, source.size()));
            MemorySegment.copy(whole, ValueLayout.JAVA_BYTE, 0, content, 0, content.length);
        }
        byte[] packed = Zlib.deflate(content);
        long size = Math.ceilDiv(MARKER + packed.length, SparseHeader.SECTOR) * (long) SparseHeader.SECTOR;
        Fields marked = Fields.empty(size, ByteOrder.LITTLE_ENDIAN)
                .i64(0, grain * blockSize() / SparseHeader.SECTOR)
                .u32(8, packed.length)
                .raw(MARKER, packed);
        allocating(grain, () -> {
            if (entry(grain) != 0) {
                throw new UnsupportedImageException("a grain of a streamOptimized image can be written only once");
            }
            long place = places().reserveAtEnd(size);
            marked.write(file(), place);
            assign(grain, place);
        });
    }

    /** There is nothing to be done where nothing was written. */
    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, length);
        for (long grain = offset / blockSize(); grain * blockSize() < offset + length; grain++) {
            if (entry(grain) != 0 || anythingBelow(grain * blockSize())) {
                throw new UnsupportedImageException("a grain of a streamOptimized image can be written only once");
            }
        }
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Extent found = super.extent(offset, length);
        return found.kind() == Extent.Kind.DATA ? Extent.data(found.length()) : found;
    }
}
