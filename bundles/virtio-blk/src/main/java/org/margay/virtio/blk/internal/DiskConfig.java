package org.margay.virtio.blk.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveProperties;

/** The configuration space of a disk (virtio 1.2, 5.2.4), as far as what can be offered reaches. */
final class DiskConfig {
    static final int WRITEBACK = 32;

    private static final int CAPACITY = 0;
    private static final int SEG_MAX = 12;
    private static final int GEOMETRY = 16;
    private static final int BLK_SIZE = 20;
    private static final int PHYSICAL_BLOCK_EXP = 24;
    private static final int MIN_IO_SIZE = 26;
    private static final int OPT_IO_SIZE = 28;
    private static final int NUM_QUEUES = 34;
    private static final int MAX_DISCARD_SECTORS = 36;
    private static final int MAX_DISCARD_SEG = 40;
    private static final int DISCARD_SECTOR_ALIGNMENT = 44;
    private static final int MAX_WRITE_ZEROES_SECTORS = 48;
    private static final int MAX_WRITE_ZEROES_SEG = 52;
    private static final int WRITE_ZEROES_MAY_UNMAP = 56;
    private static final int LENGTH = 60;

    private final VirtioBlkProperties properties;
    private final Drive drive;

    DiskConfig(VirtioBlkProperties properties, Drive drive) {
        this.properties = properties;
        this.drive = drive;
    }

    /** Bytes of the medium in whole blocks. */
    long capacity() {
        return drive.length() & -properties.block().logicalBlockSize();
    }

    byte[] bytes() {
        DriveProperties block = properties.block();
        DiskGeometry geometry = DiskGeometry.of(properties, drive.settings(), drive.length());
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(CAPACITY, capacity() / Sector.SIZE);
        bytes.putInt(SEG_MAX, properties.segments());
        bytes.putShort(GEOMETRY, (short) geometry.cylinders());
        bytes.put(GEOMETRY + 2, (byte) geometry.heads());
        bytes.put(GEOMETRY + 3, (byte) geometry.sectors());
        bytes.putInt(BLK_SIZE, block.logicalBlockSize());
        bytes.put(PHYSICAL_BLOCK_EXP, (byte)
                Integer.numberOfTrailingZeros(block.physicalBlockSize() / block.logicalBlockSize()));
        bytes.putShort(MIN_IO_SIZE, (short) (block.minIoSize() / block.logicalBlockSize()));
        bytes.putInt(OPT_IO_SIZE, block.optIoSize() / block.logicalBlockSize());
        bytes.put(WRITEBACK, (byte) (drive.writeCache() ? 1 : 0));
        bytes.putShort(NUM_QUEUES, (short) properties.queues());
        if (properties.discard()) {
            bytes.putInt(MAX_DISCARD_SECTORS, properties.maxDiscardSectors());
            bytes.putInt(MAX_DISCARD_SEG, RangeRequest.MOST_RANGES);
            bytes.putInt(DISCARD_SECTOR_ALIGNMENT, discardAlignment() / Sector.SIZE);
        }
        if (properties.writeZeroes()) {
            bytes.putInt(MAX_WRITE_ZEROES_SECTORS, properties.maxWriteZeroesSectors());
            bytes.putInt(MAX_WRITE_ZEROES_SEG, RangeRequest.MOST_RANGES);
            bytes.put(WRITE_ZEROES_MAY_UNMAP, (byte) 1);
        }
        return bytes.array();
    }

    private int discardAlignment() {
        long said = properties.block().discardGranularity();
        return said > 0 && said <= Integer.MAX_VALUE && properties.reportDiscardGranularity()
                ? (int) said
                : properties.block().logicalBlockSize();
    }
}
