package org.margay.parallels.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;

/**
 * The header of an expandable Parallels image, as QEMU's docs/interop/parallels.txt describes it: little-endian.
 *
 * @param clusterSize bytes
 * @param entries of the block table, which follows the header
 * @param sectors that the guest sees
 * @param inUse whether somebody writes the image, or died while doing so
 * @param dataOffset where clusters may begin, bytes
 * @param extensionOffset of further metadata in sectors, or 0
 * @param inClusters whether the table counts clusters of the file; otherwise sectors
 */
record ParallelsHeader(
        int clusterSize,
        long entries,
        long sectors,
        boolean inUse,
        long dataOffset,
        long extensionOffset,
        boolean inClusters) {
    static final int SIZE = 64;
    static final String IN_SECTORS = "WithoutFreeSpace";
    static final String IN_CLUSTERS = "WithouFreSpacExt";
    static final int IN_USE_AT = 44;
    static final long IN_USE = 0x746f6e59;

    private static final int VERSION = 2;
    private static final int SECTOR = 512;
    private static final int LARGEST_CLUSTER = 64 << 20;

    static ParallelsHeader create(long size, long clusterSize) throws ImageException {
        if (clusterSize < SECTOR || clusterSize % SECTOR != 0 || clusterSize > LARGEST_CLUSTER) {
            throw new ImageException("cluster_size must be a multiple of 512 up to 64 MiB");
        }
        long entries = Math.ceilDiv(size, clusterSize);
        EntryTable.check(entries);
        long data = Math.ceilDiv(SIZE + entries * Integer.BYTES, clusterSize) * clusterSize;
        return new ParallelsHeader((int) clusterSize, entries, Math.ceilDiv(size, SECTOR), false, data, 0, true);
    }

    static ParallelsHeader read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, SIZE, ByteOrder.LITTLE_ENDIAN);
        boolean inClusters = fields.is(0, IN_CLUSTERS);
        if (!inClusters && !fields.is(0, IN_SECTORS)) {
            throw new ImageException("Image not in Parallels format");
        }
        if (fields.u32(16) != VERSION) {
            throw new UnsupportedImageException("unsupported Parallels image (version %d)".formatted(fields.u32(16)));
        }
        long tracks = fields.u32(28);
        if (tracks == 0 || tracks > LARGEST_CLUSTER / SECTOR) {
            throw new ImageException("Invalid image: %d sectors per cluster".formatted(tracks));
        }
        long entries = fields.u32(32);
        EntryTable.check(entries);
        // The older form has only 32 bits of this.
        long sectors = inClusters ? fields.i64(36) : fields.u32(36);
        if (sectors < 0 || sectors > entries * tracks) {
            throw new ImageException(
                    "Invalid image: %d sectors, but a table of %d clusters".formatted(sectors, entries));
        }
        long data = fields.u32(48) * SECTOR;
        if (data > file.length()) {
            throw new ImageException("Invalid image: data at %d, behind the end of the file".formatted(data));
        }
        long tableEnd = SIZE + entries * Integer.BYTES;
        return new ParallelsHeader(
                (int) tracks * SECTOR,
                entries,
                sectors,
                fields.u32(IN_USE_AT) == IN_USE,
                Math.max(data, Math.ceilDiv(tableEnd, SECTOR) * SECTOR),
                fields.i64(56),
                inClusters);
    }

    /** Bytes that one step of a table's entry means. */
    long unit() {
        return inClusters ? clusterSize : SECTOR;
    }

    Fields encode() {
        return Fields.empty(SIZE, ByteOrder.LITTLE_ENDIAN)
                .text(0, inClusters ? IN_CLUSTERS : IN_SECTORS)
                .u32(16, VERSION)
                .u32(20, 16)
                .u32(24, Math.min(sectors / (16 * 32), 0xffffffffL))
                .u32(28, clusterSize / SECTOR)
                .u32(32, entries)
                .i64(36, sectors)
                .u32(48, dataOffset / SECTOR);
    }
}
