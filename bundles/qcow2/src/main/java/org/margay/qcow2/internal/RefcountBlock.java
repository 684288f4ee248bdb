package org.margay.qcow2.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A refcount block in memory as in the file: the description's "Refcount block entry". Under the metadata lock. */
final class RefcountBlock {
    /** What is written at least: 512 bytes, which divide every cluster. */
    private static final int GRANULE = 512;

    private final MemorySegment bytes;
    private final int order;
    private int dirtyFrom = Integer.MAX_VALUE;
    private int dirtyTo;

    /** @param bytes on the heap, kept */
    RefcountBlock(byte[] bytes, int order) {
        this.bytes = MemorySegment.ofArray(bytes);
        this.order = order;
    }

    /** A count; of those that are more than a positive long can hold, the greatest that it can. */
    long get(int index) {
        return switch (order) {
            case 0, 1, 2 -> {
                int perByte = 8 >> order;
                int shift = (index & (perByte - 1)) << order;
                yield bytes.get(ValueLayout.JAVA_BYTE, index / perByte) >>> shift & ((1 << (1 << order)) - 1);
            }
            case 3 -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, index));
            case 4 -> Short.toUnsignedLong(bytes.get(BigEndian.SHORT, index * 2L));
            case 5 -> Integer.toUnsignedLong(bytes.get(BigEndian.INT, index * 4L));
            default -> {
                long count = bytes.get(BigEndian.LONG, index * 8L);
                yield count < 0 ? Long.MAX_VALUE : count;
            }
        };
    }

    /** @param count fits */
    void set(int index, long count) {
        int at = (int) ((long) index << order >>> 3);
        dirtyFrom = Math.min(dirtyFrom, at & -GRANULE);
        dirtyTo = Math.max(dirtyTo, (at | GRANULE - 1) + 1);
        switch (order) {
            case 0, 1, 2 -> {
                int perByte = 8 >> order;
                int shift = (index & (perByte - 1)) << order;
                int mask = ((1 << (1 << order)) - 1) << shift;
                int rest = bytes.get(ValueLayout.JAVA_BYTE, index / perByte) & ~mask;
                bytes.set(ValueLayout.JAVA_BYTE, index / perByte, (byte) (rest | (int) count << shift));
            }
            case 3 -> bytes.set(ValueLayout.JAVA_BYTE, index, (byte) count);
            case 4 -> bytes.set(BigEndian.SHORT, index * 2L, (short) count);
            case 5 -> bytes.set(BigEndian.INT, index * 4L, (int) count);
            default -> bytes.set(BigEndian.LONG, index * 8L, count);
        }
    }

    boolean dirty() {
        return dirtyTo > 0;
    }

    void clean() {
        dirtyFrom = Integer.MAX_VALUE;
        dirtyTo = 0;
    }

    /** Where what differs from the file begins. */
    int dirtyFrom() {
        return dirtyFrom;
    }

    /** What differs from the file. */
    MemorySegment dirtyBytes() {
        return bytes.asSlice(dirtyFrom, dirtyTo - dirtyFrom);
    }

    /** All of it must be written. */
    void allDirty() {
        dirtyFrom = 0;
        dirtyTo = (int) bytes.byteSize();
    }
}
