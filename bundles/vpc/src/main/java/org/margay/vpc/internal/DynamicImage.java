package org.margay.vpc.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.margay.block.BlockNode;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.Places;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/**
 * A dynamic VHD: specification, "Dynamic Disk Header Format", "Block Allocation Table and Data Blocks". Before each block there is
 * a bitmap of its sectors, which says nothing in images without a parent: it is kept full for those who read it. The footer is behind
 * the last block; new blocks are put over it, and its copy at the beginning holds until it is written anew.
 */
final class DynamicImage extends BlockImage {
    static final int HEADER_SIZE = 1024;
    static final String COOKIE = "cxsparse";
    static final int DEFAULT_BLOCK_SIZE = 2 << 20;

    private static final int CHECKSUM_AT = 36;
    private static final int LARGEST_BLOCK = 64 << 20;
    private static final int NONE = -1;

    private final Footer footer;
    private final EntryTable table;
    private final int bitmapSize;
    private final MemorySegment fullBitmap;
    private final Places places;

    /** Where blocks may begin and, those that were there when it was opened, must begin before. */
    private final long dataOffset;

    private final long fileEnd;

    /** Blocks whose bitmap is known to be full. */
    private final BitSet full = new BitSet();

    private long savedEnd;

    private DynamicImage(
            BlockNode file, Footer footer, EntryTable table, int blockSize, long dataOffset, boolean readOnly)
            throws IOException {
        super(file, footer.sectors() * 512, blockSize, readOnly);
        this.footer = footer;
        this.table = table;
        this.dataOffset = dataOffset;
        this.fileEnd = file.length();
        this.bitmapSize = bitmapSize(blockSize);
        this.fullBitmap = Arena.ofAuto().allocate(bitmapSize).fill((byte) 0xff);
        long end = dataOffset;
        for (long block = 0; block < table.size(); block++) {
            if (table.get(block) == NONE) {
                continue;
            }
            long place = place(block);
            if (sound(place)) {
                end = Math.max(end, place + bitmapSize + blockSize);
            } else if (!readOnly) {
                throw new ImageException(
                        "block %d is at %d, outside of the file: open it read-only".formatted(block, place));
            }
        }
        this.places = new Places(file, end, 1L << 41);
        this.savedEnd = end;
    }

    private static int bitmapSize(int blockSize) {
        return Math.ceilDiv(blockSize / 512 / 8, 512) * 512;
    }

    static DynamicImage open(BlockNode file, Footer footer, boolean readOnly) throws IOException {
        Fields header = Fields.read(file, footer.headerOffset(), HEADER_SIZE, ByteOrder.BIG_ENDIAN);
        if (!header.is(0, COOKIE)) {
            throw new ImageException(
                    "invalid VPC image: no dynamic disk header at %d".formatted(footer.headerOffset()));
        }
        if (header.u32(CHECKSUM_AT) != Footer.checksum(header, CHECKSUM_AT)) {
            throw new ImageException("incorrect header checksum");
        }
        long blockSize = header.u32(32);
        if (Long.bitCount(blockSize) != 1 || blockSize < 512 || blockSize > LARGEST_BLOCK) {
            throw new ImageException("Invalid block size %d".formatted(blockSize));
        }
        long entries = header.u32(28);
        EntryTable.check(entries);
        if (footer.sectors() > entries * (blockSize / 512)) {
            throw new ImageException("Page table too small");
        }
        long tableOffset = header.i64(16);
        EntryTable table = EntryTable.read(file, tableOffset, entries, ByteOrder.BIG_ENDIAN);
        long metadataEnd = Math.max(footer.headerOffset() + HEADER_SIZE, tableOffset + entries * Integer.BYTES);
        long dataOffset = Math.ceilDiv(metadataEnd, 512) * 512;
        return new DynamicImage(file, footer, table, (int) blockSize, dataOffset, readOnly);
    }

    /** Writes an empty one. */
    static void create(BlockNode file, Footer footer) throws IOException {
        long entries = Math.ceilDiv(footer.sectors(), DEFAULT_BLOCK_SIZE / 512);
        EntryTable.check(entries);
        long tableOffset = Footer.SIZE + HEADER_SIZE;
        Fields header = Fields.empty(HEADER_SIZE, ByteOrder.BIG_ENDIAN)
                .text(0, COOKIE)
                .i64(8, -1)
                .i64(16, tableOffset)
                .u32(24, 0x00010000)
                .u32(28, entries)
                .u32(32, DEFAULT_BLOCK_SIZE);
        header.u32(CHECKSUM_AT, Footer.checksum(header, CHECKSUM_AT));
        footer.fields().write(file, 0);
        header.write(file, Footer.SIZE);
        long tableSize = Math.ceilDiv(entries * Integer.BYTES, 512) * 512;
        try (Arena arena = Arena.ofShared()) {
            file.write(tableOffset, IoVector.of(arena.allocate(tableSize).fill((byte) 0xff)));
        }
        footer.fields().write(file, tableOffset + tableSize);
    }

    private long place(long block) {
        return Integer.toUnsignedLong(table.get(block)) * 512;
    }

    private boolean sound(long place) {
        return place >= dataOffset && place < fileEnd;
    }

    @Override
    public String driver() {
        return "vpc";
    }

    @Override
    protected long find(long block) throws IOException {
        if (table.get(block) == NONE) {
            return UNALLOCATED;
        }
        long place = place(block);
        if (!sound(place) && (place < dataOffset || place >= places.end())) {
            throw new ImageException("block %d is at %d, outside of the file".formatted(block, place));
        }
        return place + bitmapSize;
    }

    @Override
    protected long reserve(long block) throws IOException {
        long place = places.reserve(bitmapSize + blockSize());
        try {
            file().write(place, IoVector.of(fullBitmap));
        } catch (IOException e) {
            places.giveBack(place, bitmapSize + blockSize());
            throw e;
        }
        return place + bitmapSize;
    }

    @Override
    protected void giveBack(long block, long place) {
        places.giveBack(place - bitmapSize, bitmapSize + blockSize());
    }

    @Override
    protected boolean fresh(long place) {
        return places.fresh(place - bitmapSize);
    }

    @Override
    protected void assign(long block, long place) {
        table.set(block, (int) ((place - bitmapSize) / 512));
        filled(block);
    }

    private void filled(long block) {
        synchronized (full) {
            full.set((int) block);
        }
    }

    @Override
    protected void overwriting(long block, long place) throws IOException {
        synchronized (full) {
            if (full.get((int) block)) {
                return;
            }
        }
        // Whoever made the image may keep the bitmap, and read what it does not name as zeros: as is in the block,
        // then.
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bitmap = arena.allocate(bitmapSize);
            if (place <= file().length()) {
                file().read(place - bitmapSize, IoVector.of(bitmap));
            }
            if (bitmap.mismatch(fullBitmap) != -1) {
                file().write(place - bitmapSize, IoVector.of(fullBitmap));
            }
        }
        filled(block);
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        table.takeChanges(updates);
        long end = places.end();
        if (end != savedEnd) {
            savedEnd = end;
            MemorySegment copy = Arena.ofAuto().allocate(Footer.SIZE, ValueLayout.JAVA_LONG.byteAlignment());
            copy.copyFrom(footer.fields().bytes());
            updates.add(new Update(end, copy));
        }
    }

    @Override
    public ImageDetails details() {
        return new ImageDetails(blockSize(), false, false, List.of(), Map.of());
    }
}
