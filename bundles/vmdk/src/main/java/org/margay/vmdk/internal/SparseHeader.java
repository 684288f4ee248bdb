package org.margay.vmdk.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;

/**
 * The header of a sparse extent: "Virtual Disk Format 5.0", "Hosted Sparse Extent Header" and, as ESX had it, "ESX Server Sparse Extent
 * Header" (COWD); little-endian. Offsets and sizes are in bytes here.
 *
 * @param capacity of the extent as the guest sees it
 * @param entriesPerTable grains that one grain table tells of
 * @param directory offset of the grain directory
 * @param redundantDirectory offset of its copy, or 0
 * @param overhead what metadata take at the beginning of the file
 * @param zeroedGrains whether a grain table may say that a grain is zeros
 * @param compressed whether grains are packed, each once
 * @param atEnd whether this is the footer, as in streams: nothing can follow
 */
record SparseHeader(
        int version,
        long capacity,
        int grainSize,
        long descriptorOffset,
        long descriptorSize,
        int entriesPerTable,
        long directory,
        long redundantDirectory,
        long overhead,
        boolean zeroedGrains,
        boolean compressed,
        boolean atEnd) {
    static final String MAGIC = "KDMV";
    static final String ESX_MAGIC = "COWD";
    static final int SECTOR = 512;
    static final int DEFAULT_GRAIN = 64 << 10;
    static final int DEFAULT_ENTRIES = 512;
    static final int DESCRIPTOR_SECTORS = 20;

    /** How much grain tables an image may have: 4 TiB with the usual grains. */
    static final long MOST_TABLE_BYTES = 256L << 20;

    private static final int ESX_ENTRIES = 4096;
    private static final int LARGEST_GRAIN = 64 << 20;
    private static final long AT_END = -1;
    private static final long VALID_NEWLINES = 1;
    private static final long REDUNDANT = 2;
    private static final long ZEROED = 4;
    private static final long COMPRESSED = 1 << 16;
    private static final long MARKERS = 1 << 17;
    private static final int DEFLATE = 1;

    /** Lays out a new one. */
    static SparseHeader create(long capacity, boolean compressed, boolean zeroedGrains) throws ImageException {
        long grains = Math.ceilDiv(capacity, DEFAULT_GRAIN);
        long tables = Math.ceilDiv(grains, DEFAULT_ENTRIES);
        checkTables(tables * DEFAULT_ENTRIES);
        long directorySize = Math.ceilDiv(tables * Integer.BYTES, SECTOR) * SECTOR;
        long tableSize = DEFAULT_ENTRIES * Integer.BYTES;
        long redundant = (1L + DESCRIPTOR_SECTORS) * SECTOR;
        long directory = redundant + directorySize + tables * tableSize;
        long end = directory + directorySize + tables * tableSize;
        return new SparseHeader(
                compressed ? 3 : zeroedGrains ? 2 : 1,
                capacity,
                DEFAULT_GRAIN,
                SECTOR,
                (long) DESCRIPTOR_SECTORS * SECTOR,
                DEFAULT_ENTRIES,
                directory,
                redundant,
                Math.ceilDiv(end, DEFAULT_GRAIN) * DEFAULT_GRAIN,
                zeroedGrains,
                compressed,
                false);
    }

    private static void checkTables(long entries) throws ImageException {
        if (entries > MOST_TABLE_BYTES / Integer.BYTES) {
            throw new ImageException(
                    "unsupported: %d grains (at most %d)".formatted(entries, MOST_TABLE_BYTES / Integer.BYTES));
        }
    }

    static SparseHeader read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, SECTOR, ByteOrder.LITTLE_ENDIAN);
        SparseHeader header;
        if (fields.is(0, MAGIC)) {
            boolean atEnd = fields.i64(56) == AT_END;
            if (atEnd) {
                // A footer, between its marker and that of the end of the stream.
                fields = Fields.read(file, file.length() - 2 * SECTOR, SECTOR, ByteOrder.LITTLE_ENDIAN);
                if (!fields.is(0, MAGIC)) {
                    throw new ImageException("the footer is lost: the stream was cut off");
                }
            }
            header = hosted(fields, atEnd);
        } else if (fields.is(0, ESX_MAGIC)) {
            header = esx(fields);
        } else {
            throw new ImageException("Image not in VMDK format");
        }
        header.check();
        return header;
    }

    private static SparseHeader hosted(Fields fields, boolean atEnd) throws ImageException {
        long version = fields.u32(4);
        if (version > 3) {
            throw new UnsupportedImageException("Unsupported VMDK version %d".formatted(version));
        }
        long flags = fields.u32(8);
        boolean compressed = (flags & COMPRESSED) != 0;
        if (compressed && fields.u16(77) != DEFLATE) {
            throw new UnsupportedImageException("unsupported compression %d".formatted(fields.u16(77)));
        }
        return new SparseHeader(
                (int) version,
                bytes(fields.i64(12)),
                Math.clamp(bytes(fields.i64(20)), 0, Integer.MAX_VALUE),
                bytes(fields.i64(28)),
                bytes(fields.i64(36)),
                fields.i32(44),
                bytes(fields.i64(56)),
                (flags & REDUNDANT) != 0 ? bytes(fields.i64(48)) : 0,
                bytes(fields.i64(64)),
                (flags & ZEROED) != 0,
                compressed,
                atEnd);
    }

    private static SparseHeader esx(Fields fields) {
        return new SparseHeader(
                1,
                fields.u32(12) * SECTOR,
                (int) Math.min(fields.u32(16) * SECTOR, Integer.MAX_VALUE),
                0,
                0,
                ESX_ENTRIES,
                fields.u32(20) * SECTOR,
                0,
                SECTOR,
                false,
                false,
                false);
    }

    private static long bytes(long sectors) throws ImageException {
        if (sectors < 0 || sectors > Long.MAX_VALUE / SECTOR / 2) {
            throw new ImageException("damaged: %d sectors".formatted(sectors));
        }
        return sectors * SECTOR;
    }

    private void check() throws ImageException {
        if (grainSize < SECTOR || grainSize > LARGEST_GRAIN || Integer.bitCount(grainSize) != 1) {
            throw new ImageException("Invalid granularity, image may be corrupt");
        }
        if (entriesPerTable < 1 || entriesPerTable > ESX_ENTRIES) {
            throw new ImageException("L2 table size too big");
        }
        checkTables(tables() * entriesPerTable);
        if (descriptorSize > Descriptor.MOST_BYTES) {
            throw new ImageException("the descriptor has %d bytes".formatted(descriptorSize));
        }
    }

    /** How many grain tables there are. */
    long tables() {
        return Math.ceilDiv(Math.ceilDiv(capacity, grainSize), entriesPerTable);
    }

    int tableSize() {
        return entriesPerTable * Integer.BYTES;
    }

    Fields encode() {
        return Fields.empty(SECTOR, ByteOrder.LITTLE_ENDIAN)
                .text(0, MAGIC)
                .u32(4, version)
                .u32(
                        8,
                        VALID_NEWLINES
                                | REDUNDANT
                                | (zeroedGrains ? ZEROED : 0)
                                | (compressed ? COMPRESSED | MARKERS : 0))
                .i64(12, capacity / SECTOR)
                .i64(20, grainSize / SECTOR)
                .i64(28, descriptorOffset / SECTOR)
                .i64(36, descriptorSize / SECTOR)
                .u32(44, entriesPerTable)
                .i64(48, redundantDirectory / SECTOR)
                .i64(56, directory / SECTOR)
                .i64(64, overhead / SECTOR)
                // These line ends tell of a transfer that took the file for text.
                .text(73, "\n \r\n")
                .u16(77, compressed ? DEFLATE : 0);
    }

    /** Writes an extent with all its tables, empty. */
    void write(BlockNode file) throws IOException {
        encode().write(file, 0);
        writeDirectory(file, redundantDirectory);
        writeDirectory(file, directory);
        file.resize(overhead);
    }

    private void writeDirectory(BlockNode file, long at) throws IOException {
        long tables = tables();
        long size = Math.ceilDiv(tables * Integer.BYTES, SECTOR) * SECTOR;
        if (size == 0) {
            return;
        }
        Fields entries = Fields.empty(size, ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < tables; i++) {
            entries.u32(i * Integer.BYTES, (at + size + i * tableSize()) / SECTOR);
        }
        entries.write(file, at);
    }
}
