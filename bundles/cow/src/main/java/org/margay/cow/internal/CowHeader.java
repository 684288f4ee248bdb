package org.margay.cow.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;

/**
 * The header of a COW image, version 2, as QEMU up to 2.1 wrote it: the members of a structure in C, big-endian, with the padding that the
 * compiler of the machine put between them. Behind it are a bitmap, with a bit for each sector that is in the image, and all sectors.
 *
 * @param size bytes that the guest sees
 * @param headerSize bytes: less on machines of 32 bits
 */
record CowHeader(String backing, long size, int headerSize) {
    static final int MAGIC = 0x4f4f4f4d;
    static final int VERSION = 2;
    static final int BACKING_AT = 8;
    static final int BACKING_SIZE = 1024;
    static final int SECTOR = 512;

    private static final int WIDE = 1056;
    private static final int NARROW = 1048;

    /** 512 GiB at most: their bitmap is as large as tables may be. */
    private static final long MOST_SECTORS = EntryTable.MAX_BYTES * 8;

    static CowHeader create(String backing, long size) throws ImageException {
        if (backing.getBytes(StandardCharsets.UTF_8).length >= BACKING_SIZE) {
            throw new ImageException("the name of the backing file is too long");
        }
        long sectors = Math.ceilDiv(size, SECTOR);
        if (sectors > MOST_SECTORS) {
            throw new ImageException("the disk is too large for a COW image");
        }
        return new CowHeader(backing, sectors * SECTOR, WIDE);
    }

    static CowHeader read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, NARROW, ByteOrder.BIG_ENDIAN);
        if (fields.i32(0) != MAGIC) {
            throw new ImageException("Image not in COW format");
        }
        if (fields.u32(4) != VERSION) {
            throw new UnsupportedImageException("unsupported COW version %d".formatted(fields.u32(4)));
        }
        boolean narrow = fields.u32(1044) == SECTOR;
        if (!narrow) {
            fields = Fields.read(file, 0, WIDE, ByteOrder.BIG_ENDIAN);
            if (fields.u32(1048) != SECTOR) {
                throw new UnsupportedImageException("unsupported sector size %d".formatted(fields.u32(1048)));
            }
        }
        long size = fields.i64(narrow ? 1036 : 1040);
        if (size < 0 || size / SECTOR > MOST_SECTORS) {
            throw new ImageException("a disk of %d bytes".formatted(size));
        }
        return new CowHeader(fields.text(BACKING_AT, BACKING_SIZE), size / SECTOR * SECTOR, narrow ? NARROW : WIDE);
    }

    long sectors() {
        return size / SECTOR;
    }

    /** Bytes of the bitmap. */
    long bitmapSize() {
        return Math.ceilDiv(sectors(), 8);
    }

    /** Where sector 0 is, or would be. */
    long dataOffset() {
        return Math.ceilDiv(headerSize + bitmapSize(), SECTOR) * SECTOR;
    }

    Fields encode() {
        return Fields.empty(headerSize, ByteOrder.BIG_ENDIAN)
                .u32(0, MAGIC)
                .u32(4, VERSION)
                .text(BACKING_AT, backing)
                .i64(headerSize == NARROW ? 1036 : 1040, size)
                .u32(headerSize == NARROW ? 1044 : 1048, SECTOR);
    }
}
