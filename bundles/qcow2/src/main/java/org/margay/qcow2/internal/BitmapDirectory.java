package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** Where dirty bitmaps are in the file: the description's "Bitmaps". We don't use them, but must know what is theirs. */
final class BitmapDirectory {
    /** Data of the header extension. */
    static final int EXTENSION_BYTES = 24;

    private static final long MAX_BYTES = 64 << 20;
    private static final int FIXED_BYTES = 24;

    /** What is done with each area of the file that is theirs. */
    interface Areas {
        void area(long offset, long bytes) throws IOException;
    }

    private final BlockNode file;
    private final Buffers buffers;
    private final Geometry geometry;
    private final long size;
    private final long offset;

    BitmapDirectory(BlockNode file, Buffers buffers, Geometry geometry, byte[] extension) throws ImageException {
        this.file = file;
        this.buffers = buffers;
        this.geometry = geometry;
        MemorySegment data = MemorySegment.ofArray(extension);
        this.size = data.get(BigEndian.LONG, 8);
        this.offset = data.get(BigEndian.LONG, 16);
        if (size < 0 || size > MAX_BYTES || offset < 0 || offset > file.length() - size) {
            throw new ImageException("directory of %d bytes at %#x".formatted(size, offset));
        }
    }

    void each(Areas areas) throws IOException {
        if (size == 0) {
            return;
        }
        areas.area(offset, size);
        try (Buffers.Buffer buffer = buffers.take(size)) {
            MemorySegment directory = buffer.memory();
            BigEndian.readBytes(file, offset, directory);
            long at = 0;
            while (at <= size - FIXED_BYTES) {
                table(areas, directory.get(BigEndian.LONG, at), directory.get(BigEndian.INT, at + 8));
                long names = Short.toUnsignedLong(directory.get(BigEndian.SHORT, at + 18))
                        + Integer.toUnsignedLong(directory.get(BigEndian.INT, at + 20));
                at += FIXED_BYTES + names + 7 & ~7L;
            }
        }
    }

    private void table(Areas areas, long table, int entries) throws IOException {
        long bytes = Integer.toUnsignedLong(entries) * Long.BYTES;
        if (bytes == 0) {
            return;
        }
        if (bytes > MAX_BYTES || table <= 0 || table > file.length() - bytes) {
            throw new ImageException("table of %d bytes at %#x".formatted(bytes, table));
        }
        areas.area(table, bytes);
        for (long entry : BigEndian.readTable(file, buffers, table, entries)) {
            if ((entry & L2Entry.OFFSET) != 0) {
                areas.area(entry & L2Entry.OFFSET, geometry.clusterSize());
            }
        }
    }
}
