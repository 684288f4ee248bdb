package org.margay.cloop.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.image.blocks.ChunkCache;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.ReadOnlyImage;
import org.margay.image.blocks.Zlib;
import org.margay.memory.IoVector;

/**
 * A compressed loop image, version 2.0: behind a shell script of 128 bytes come block size, count of blocks, their offsets in the file, and
 * the blocks, packed by zlib; all numbers are big-endian (README of the cloop module).
 */
final class CloopImage extends ReadOnlyImage {
    static final String MAGIC = "#!/bin/sh\n#V2.0 Format\n";

    private static final int HEADER = 128;
    private static final int LARGEST_BLOCK = 64 << 20;
    private static final long CACHE = 16 << 20;

    private final int blockSize;
    private final Fields offsets;
    private final ChunkCache cache = new ChunkCache(CACHE);

    private CloopImage(BlockNode file, long length, int blockSize, Fields offsets) {
        super(file, length);
        this.blockSize = blockSize;
        this.offsets = offsets;
    }

    static CloopImage open(BlockNode file) throws IOException {
        Fields header = Fields.read(file, 0, HEADER + 8, ByteOrder.BIG_ENDIAN);
        if (!header.is(0, MAGIC)) {
            throw new ImageException("Image not in cloop format, version 2.0");
        }
        long blockSize = header.u32(HEADER);
        long blocks = header.u32(HEADER + 4);
        if (blockSize == 0 || blockSize % 512 != 0 || blockSize > LARGEST_BLOCK) {
            throw new ImageException("block_size %d must be a multiple of 512 up to 64 MiB".formatted(blockSize));
        }
        long tableSize = (blocks + 1) * Long.BYTES;
        if (tableSize > EntryTable.MAX_BYTES) {
            throw new ImageException("too many blocks: %d".formatted(blocks));
        }
        Fields offsets = Fields.read(file, HEADER + 8, (int) tableSize, ByteOrder.BIG_ENDIAN);
        return new CloopImage(file, blocks * blockSize, (int) blockSize, offsets);
    }

    @Override
    public String driver() {
        return "cloop";
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long in = at % blockSize;
            long part = Math.min(target.size() - done, blockSize - in);
            byte[] block = cache.get(at / blockSize, this::unpack);
            target.slice(done, part).copyFrom(MemorySegment.ofArray(block).asSlice(in, part));
            done += part;
        }
    }

    private byte[] unpack(long block) throws IOException {
        long from = offsets.i64(block * Long.BYTES);
        long size = offsets.i64((block + 1) * Long.BYTES) - from;
        // What does not pack well becomes a little larger.
        if (from < 0 || size <= 0 || size > 2L * blockSize + 1024) {
            throw new ImageException("block %d is packed in %d bytes at %d".formatted(block, size, from));
        }
        byte[] packed = Fields.read(file(), from, (int) size, ByteOrder.BIG_ENDIAN)
                .bytes()
                .toArray(ValueLayout.JAVA_BYTE);
        byte[] content = new byte[blockSize];
        int count = Zlib.inflate(packed, content);
        if (count != blockSize) {
            throw new ImageException("block %d has %d bytes instead of %d".formatted(block, count, blockSize));
        }
        return content;
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        return Extent.data(length);
    }

    @Override
    public ImageDetails details() {
        return new ImageDetails(blockSize, false, true, List.of(), Map.of());
    }
}
