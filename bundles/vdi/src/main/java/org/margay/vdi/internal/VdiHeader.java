package org.margay.vdi.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;

/**
 * The header of a VDI image, version 1.1, as the tutorial "All about VDIs" of VirtualBox' forum describes it: little-endian.
 *
 * @param tableOffset of the block table
 * @param dataOffset of the first block
 * @param diskSize bytes that the guest sees
 * @param blockSize bytes
 * @param blocks entries of the table
 * @param allocated how many of them have a block in the file
 */
record VdiHeader(
        boolean preallocated,
        long tableOffset,
        long dataOffset,
        long diskSize,
        int blockSize,
        long blocks,
        long allocated) {
    static final int SIZE = 512;
    static final int SIGNATURE_AT = 64;
    static final long SIGNATURE = 0xbeda107fL;
    static final int DEFAULT_BLOCK_SIZE = 1 << 20;

    /** Where the count of allocated blocks is. */
    static final int ALLOCATED_AT = 388;

    private static final int VERSION_1_1 = 0x00010001;
    private static final int DYNAMIC = 1;
    private static final int STATIC = 2;

    /** From the version on, without the text and signature before it. */
    private static final int HEADER_SIZE = 0x180;

    private static final int LARGEST_BLOCK = 64 << 20;

    static VdiHeader create(long size, boolean preallocated) throws ImageException {
        long blocks = Math.ceilDiv(size, DEFAULT_BLOCK_SIZE);
        EntryTable.check(blocks);
        long data = SIZE + Math.ceilDiv(blocks * Integer.BYTES, SIZE) * SIZE;
        return new VdiHeader(preallocated, SIZE, data, size, DEFAULT_BLOCK_SIZE, blocks, preallocated ? blocks : 0);
    }

    static VdiHeader read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, SIZE, ByteOrder.LITTLE_ENDIAN);
        if (fields.u32(SIGNATURE_AT) != SIGNATURE) {
            throw new ImageException(
                    "Image not in VDI format (bad signature %08x)".formatted(fields.u32(SIGNATURE_AT)));
        }
        long version = fields.u32(68);
        if (version != VERSION_1_1) {
            throw new UnsupportedImageException(
                    "unsupported VDI image (version %d.%d)".formatted(version >> 16, version & 0xffff));
        }
        long type = fields.u32(76);
        if (type != DYNAMIC && type != STATIC) {
            throw new UnsupportedImageException(
                    "unsupported VDI image (type %d: neither dynamic nor static)".formatted(type));
        }
        if (fields.i64(424) != 0 || fields.i64(432) != 0 || fields.i64(440) != 0 || fields.i64(448) != 0) {
            throw new UnsupportedImageException("unsupported VDI image (it has a parent)");
        }
        VdiHeader header = new VdiHeader(
                type == STATIC,
                fields.u32(340),
                fields.u32(344),
                roundUp(fields.i64(368)),
                fields.i32(376),
                fields.u32(384),
                fields.u32(ALLOCATED_AT));
        header.check(fields.u32(360), fields.u32(380));
        return header;
    }

    /** Some tools write sizes that are no whole sectors. */
    private static long roundUp(long size) {
        return size > Long.MAX_VALUE - 511 ? -1 : (size + 511) / 512 * 512;
    }

    private void check(long sectorSize, long extraBytes) throws ImageException {
        if (sectorSize != 512) {
            throw new UnsupportedImageException(
                    "unsupported VDI image (sector size %d is not 512)".formatted(sectorSize));
        }
        if (extraBytes != 0) {
            throw new UnsupportedImageException(
                    "unsupported VDI image (%d extra bytes with each block)".formatted(extraBytes));
        }
        if (blockSize < 4096 || blockSize > LARGEST_BLOCK || Integer.bitCount(blockSize) != 1) {
            throw new UnsupportedImageException(
                    "unsupported VDI image (block size %d)".formatted(Integer.toUnsignedLong(blockSize)));
        }
        if (tableOffset < SIZE || tableOffset % 512 != 0 || dataOffset % 512 != 0) {
            throw new ImageException(
                    "unsupported VDI image (table at %d, data at %d)".formatted(tableOffset, dataOffset));
        }
        EntryTable.check(blocks);
        if (dataOffset < tableOffset + blocks * Integer.BYTES) {
            throw new ImageException("damaged VDI image (data at %d are within the block table)".formatted(dataOffset));
        }
        if (diskSize < 0 || diskSize > blocks * blockSize) {
            throw new ImageException("unsupported VDI image (disk size is %d, image bitmap has room for %d)"
                    .formatted(diskSize, blocks * blockSize));
        }
    }

    /** As bytes; the image gets a new identity. */
    Fields encode() {
        return Fields.empty(SIZE, ByteOrder.LITTLE_ENDIAN)
                .text(0, "<<< Margay VM Virtual Disk Image >>>\n")
                .u32(SIGNATURE_AT, SIGNATURE)
                .u32(68, VERSION_1_1)
                .u32(72, HEADER_SIZE)
                .u32(76, preallocated ? STATIC : DYNAMIC)
                .u32(340, tableOffset)
                .u32(344, dataOffset)
                .u32(360, 512)
                .i64(368, diskSize)
                .u32(376, blockSize)
                .u32(384, blocks)
                .u32(ALLOCATED_AT, allocated)
                .raw(392, identity())
                .raw(408, identity());
    }

    private static byte[] identity() {
        UUID uuid = UUID.randomUUID();
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
