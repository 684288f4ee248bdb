package org.margay.dmg.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.image.blocks.ChunkCache;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.ReadOnlyImage;
import org.margay.image.blocks.Zlib;
import org.margay.memory.IoVector;

/** A disk image of macOS: chunks, each stored in its way; zeros between them. */
final class DmgImage extends ReadOnlyImage {
    private static final long CACHE = 16 << 20;

    private final NavigableMap<Long, Chunk> chunks;
    private final ChunkCache cache = new ChunkCache(CACHE);

    private DmgImage(BlockNode file, long length, NavigableMap<Long, Chunk> chunks) {
        super(file, length);
        this.chunks = chunks;
    }

    static DmgImage open(BlockNode file) throws IOException {
        NavigableMap<Long, Chunk> chunks;
        try {
            chunks = DmgReader.read(file);
        } catch (ArithmeticException e) {
            throw new ImageException("offsets are too large", e);
        }
        return new DmgImage(
                file, chunks.isEmpty() ? 0 : chunks.lastEntry().getValue().end(), chunks);
    }

    @Override
    public String driver() {
        return "dmg";
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            @Nullable Chunk chunk = at(at);
            long part = Math.min(target.size() - done, end(at, chunk) - at);
            IoVector slice = target.slice(done, part);
            if (chunk == null || chunk.kind() == Chunk.Kind.ZERO) {
                slice.clear();
            } else if (chunk.kind() == Chunk.Kind.RAW) {
                file().read(chunk.place() + at - chunk.start(), slice);
            } else {
                byte[] content = cache.get(chunk.start(), _ -> unpack(chunk));
                slice.copyFrom(MemorySegment.ofArray(content).asSlice(at - chunk.start(), part));
            }
            done += part;
        }
    }

    private @Nullable Chunk at(long offset) {
        Map.Entry<Long, Chunk> entry = chunks.floorEntry(offset);
        return entry == null || entry.getValue().end() <= offset ? null : entry.getValue();
    }

    /** Where a chunk, or a gap between chunks, ends. */
    private long end(long offset, @Nullable Chunk chunk) {
        if (chunk != null) {
            return chunk.end();
        }
        @Nullable Long next = chunks.higherKey(offset);
        return next == null ? length() : next;
    }

    private byte[] unpack(Chunk chunk) throws IOException {
        byte[] packed = Fields.read(file(), chunk.place(), (int) chunk.size(), ByteOrder.BIG_ENDIAN)
                .bytes()
                .toArray(ValueLayout.JAVA_BYTE);
        byte[] content = new byte[(int) chunk.length()];
        int count = chunk.kind() == Chunk.Kind.ZLIB ? Zlib.inflate(packed, content) : Bunzip2.unpack(packed, content);
        if (count != content.length) {
            throw new ImageException(
                    "the chunk at %d has %d bytes instead of %d".formatted(chunk.start(), count, content.length));
        }
        return content;
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        @Nullable Chunk chunk = at(offset);
        long part = Math.min(length, end(offset, chunk) - offset);
        if (chunk == null || chunk.kind() == Chunk.Kind.ZERO) {
            return Extent.zero(part);
        }
        return chunk.kind() == Chunk.Kind.RAW
                ? Extent.data(part, chunk.place() + offset - chunk.start())
                : Extent.data(part);
    }
}
