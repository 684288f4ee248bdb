package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.margay.block.Backing;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.memory.IoVector;

/** Numbers of the format, all of them big-endian, and tables of them in files. */
final class BigEndian {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    /**
     * Reads a table of 64-bit entries. The end of it may lie behind the end of the file, where zeros are.
     *
     * @throws ImageException when it begins there
     */
    static long[] readTable(BlockNode file, Buffers buffers, long offset, int entries) throws IOException {
        long[] table = new long[entries];
        if (entries > 0) {
            try (Buffers.Buffer buffer = buffers.take((long) entries * Long.BYTES)) {
                readBytes(file, offset, buffer.memory());
                MemorySegment.copy(buffer.memory(), LONG, 0, table, 0, entries);
            }
        }
        return table;
    }

    /**
     * Reads bytes of metadata. The end of them may lie behind the end of the file, where zeros are.
     *
     * @throws ImageException when they begin there
     */
    static void readBytes(BlockNode file, long offset, MemorySegment target) throws IOException {
        if (offset < 0 || offset >= file.length()) {
            throw new ImageException(
                    "metadata at offset %#x, but the file ends at %#x".formatted(offset, file.length()));
        }
        Backing.read(file, offset, IoVector.of(target));
    }

    /** Writes entries of a table. */
    static void writeTable(BlockNode file, Buffers buffers, long offset, long[] table) throws IOException {
        if (table.length > 0) {
            try (Buffers.Buffer buffer = buffers.take((long) table.length * Long.BYTES)) {
                MemorySegment.copy(table, 0, buffer.memory(), LONG, 0, table.length);
                file.write(offset, IoVector.of(buffer.memory()));
            }
        }
    }
}
