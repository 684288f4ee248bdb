package org.margay.qcow.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;

/**
 * The header of an image, as the published description of the format lists it ("The QCOW Image Format", version 1).
 *
 * @param backing name of the backing file, or null
 * @param size bytes that the guest sees
 * @param clusterBits 9 to 16
 * @param l2Bits entries of an L2 table, as a power of two: 6 to 13
 * @param encrypted by AES
 * @param l1Offset of the L1 table in the file
 */
record QcowHeader(@Nullable String backing, long size, int clusterBits, int l2Bits, boolean encrypted, long l1Offset) {
    static final int MAGIC = 0x5146_49fb;
    static final int VERSION = 1;
    static final int BYTES = 48;

    private static final int MAX_NAME = 1023;
    private static final long MAX_L1_BYTES = 32 << 20;
    private static final int SECTOR = 512;

    /**
     * Of a new image. With a backing file clusters are as small as sectors, so that little is copied.
     *
     * @throws ImageException when the image can't be so large
     */
    static QcowHeader create(@Nullable String backing, long size, boolean encrypted) throws ImageException {
        byte[] name = backing == null ? new byte[0] : backing.getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_NAME) {
            throw new ImageException("Backing file name too long");
        }
        long end = BYTES + name.length + 7L & -8;
        QcowHeader header =
                new QcowHeader(backing, size, backing == null ? 12 : 9, backing == null ? 9 : 12, encrypted, end);
        header.check();
        return header;
    }

    static QcowHeader read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, BYTES, ByteOrder.BIG_ENDIAN);
        if (fields.i32(0) != MAGIC) {
            throw new ImageException("Image not in qcow format");
        }
        if (fields.u32(4) != VERSION) {
            throw new UnsupportedImageException("Unsupported qcow version %d".formatted(fields.u32(4)));
        }
        long nameOffset = fields.i64(8);
        long nameSize = fields.u32(16);
        @Nullable String backing = null;
        if (nameOffset != 0 && nameSize != 0) {
            if (nameSize > MAX_NAME) {
                throw new ImageException("Backing file name too long");
            }
            backing = Fields.read(file, nameOffset, (int) nameSize, ByteOrder.BIG_ENDIAN)
                    .text(0, (int) nameSize);
        }
        long crypt = fields.u32(36);
        if (crypt > 1) {
            throw new UnsupportedImageException("Unsupported encryption method %d".formatted(crypt));
        }
        QcowHeader header =
                new QcowHeader(backing, fields.i64(24), fields.u8(32), fields.u8(33), crypt == 1, fields.i64(40));
        header.check();
        return header;
    }

    private void check() throws ImageException {
        if (clusterBits < 9 || clusterBits > 16) {
            throw new ImageException("Cluster size must be between 512 and 64k");
        }
        if (l2Bits < 6 || l2Bits > 13) {
            throw new ImageException("L2 table size must be between 512 and 64k");
        }
        if (size <= 1 || l1Entries() > MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException(
                    "Image size is too %s".formatted(size <= 1 ? "small (must be at least 2 bytes)" : "large"));
        }
        if (l1Offset < BYTES) {
            throw new ImageException("Invalid L1 table offset");
        }
        if (encrypted && size % SECTOR != 0) {
            throw new UnsupportedImageException("encrypted images must consist of whole sectors");
        }
    }

    int clusterSize() {
        return 1 << clusterBits;
    }

    /** Bytes of an L2 table. */
    int l2Bytes() {
        return Long.BYTES << l2Bits;
    }

    long l1Entries() {
        int shift = clusterBits + l2Bits;
        return (size >>> shift) + ((size & (1L << shift) - 1) == 0 ? 0 : 1);
    }

    /** Behind the L1 table. */
    long end() {
        return l1Offset + l1Entries() * Long.BYTES;
    }

    /** The fields, and the backing file's name behind them. */
    Fields encode() {
        byte[] name = backing == null ? new byte[0] : backing.getBytes(StandardCharsets.UTF_8);
        Fields fields = Fields.empty(BYTES + name.length, ByteOrder.BIG_ENDIAN);
        fields.u32(0, MAGIC)
                .u32(4, VERSION)
                .i64(8, name.length == 0 ? 0 : BYTES)
                .u32(16, name.length)
                .i64(24, size)
                .u8(32, clusterBits)
                .u8(33, l2Bits)
                .u32(36, encrypted ? 1 : 0)
                .i64(40, l1Offset)
                .raw(BYTES, name);
        return fields;
    }
}
