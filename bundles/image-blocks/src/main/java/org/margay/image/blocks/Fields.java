package org.margay.image.blocks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.memory.IoVector;

/** A structure of an image: numbers and text at offsets, in one byte order. Not for several threads at once, unless all read. */
public final class Fields {
    private final MemorySegment bytes;
    private final ValueLayout.OfShort shorts;
    private final ValueLayout.OfInt ints;
    private final ValueLayout.OfLong longs;

    public Fields(MemorySegment bytes, ByteOrder order) {
        this.bytes = bytes;
        this.shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.longs = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    /** A new one, all zeros, in memory that goes when nobody uses it. */
    public static Fields empty(long size, ByteOrder order) {
        return new Fields(Arena.ofAuto().allocate(size), order);
    }

    /**
     * Reads one from a file.
     *
     * @throws ImageException when the file is too short
     */
    public static Fields read(BlockNode file, long offset, int size, ByteOrder order) throws IOException {
        if (offset < 0 || offset > file.length() - size) {
            throw new ImageException("%s is too short: %d bytes wanted at %d of %d"
                    .formatted(file.filename(), size, offset, file.length()));
        }
        Fields fields = empty(size, order);
        file.read(offset, IoVector.of(fields.bytes));
        return fields;
    }

    /** The memory itself. */
    public MemorySegment bytes() {
        return bytes;
    }

    /** Writes all of it into a file. */
    public void write(BlockNode file, long offset) throws IOException {
        file.write(offset, IoVector.of(bytes));
    }

    public int u8(long at) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at));
    }

    public int u16(long at) {
        return Short.toUnsignedInt(bytes.get(shorts, at));
    }

    public long u32(long at) {
        return Integer.toUnsignedLong(bytes.get(ints, at));
    }

    public int i32(long at) {
        return bytes.get(ints, at);
    }

    /** A number of 64 bits; one that is negative here is more than any file holds. */
    public long i64(long at) {
        return bytes.get(longs, at);
    }

    /** Text that ends with a zero byte or the field. */
    public String text(long at, int size) {
        byte[] text = bytes.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** Whether these bytes are there; no where the structure ends before. */
    public boolean is(long at, String latin1) {
        byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
        return at >= 0
                && at <= bytes.byteSize() - wanted.length
                && MemorySegment.mismatch(
                                bytes, at, at + wanted.length, MemorySegment.ofArray(wanted), 0, wanted.length)
                        == -1;
    }

    public Fields u8(long at, int value) {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
        return this;
    }

    public Fields u16(long at, int value) {
        bytes.set(shorts, at, (short) value);
        return this;
    }

    public Fields u32(long at, long value) {
        bytes.set(ints, at, (int) value);
        return this;
    }

    public Fields i64(long at, long value) {
        bytes.set(longs, at, value);
        return this;
    }

    /** Bytes of text, without a zero at the end. */
    public Fields text(long at, String text) {
        return raw(at, text.getBytes(StandardCharsets.UTF_8));
    }

    public Fields raw(long at, byte[] value) {
        MemorySegment.copy(MemorySegment.ofArray(value), 0, bytes, at, value.length);
        return this;
    }
}
