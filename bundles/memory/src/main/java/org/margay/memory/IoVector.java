package org.margay.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory in pieces, read or written as if it were one: what a device's descriptors point to, handed down to files without a copy. The
 * pieces are native memory. Immutable; whoever made it keeps the memory alive while it is used, and says afterwards what was
 * written into guest memory.
 */
public final class IoVector {
    private static final IoVector EMPTY = new IoVector(new MemorySegment[0], 0);

    private final MemorySegment[] pieces;
    private final long size;

    private IoVector(MemorySegment[] pieces, long size) {
        this.pieces = pieces;
        this.size = size;
    }

    public static IoVector of(MemorySegment... pieces) {
        return of(Arrays.asList(pieces));
    }

    /**
     * In this order; empty pieces are left out.
     *
     * @throws IllegalArgumentException when one is on the heap
     */
    public static IoVector of(List<MemorySegment> pieces) {
        List<MemorySegment> kept = new ArrayList<>(pieces.size());
        long size = 0;
        for (MemorySegment piece : pieces) {
            if (!piece.isNative()) {
                throw new IllegalArgumentException("memory on the heap can't be given to the host");
            }
            if (piece.byteSize() > 0) {
                kept.add(piece);
                size += piece.byteSize();
            }
        }
        return kept.isEmpty() ? EMPTY : new IoVector(kept.toArray(MemorySegment[]::new), size);
    }

    /** Bytes in all. */
    public long size() {
        return size;
    }

    /** In order; none is empty. */
    public List<MemorySegment> pieces() {
        return List.of(pieces);
    }

    /**
     * A part of it: the same memory.
     *
     * @throws IndexOutOfBoundsException when it is not all within this
     */
    public IoVector slice(long from, long length) {
        if (from < 0 || length < 0 || from > size - length) {
            throw new IndexOutOfBoundsException("%d bytes at %d of %d".formatted(length, from, size));
        }
        if (length == size) {
            return this;
        }
        List<MemorySegment> part = new ArrayList<>();
        long skip = from;
        long left = length;
        for (MemorySegment piece : pieces) {
            if (left == 0) {
                break;
            }
            if (skip >= piece.byteSize()) {
                skip -= piece.byteSize();
                continue;
            }
            long take = Math.min(piece.byteSize() - skip, left);
            part.add(piece.asSlice(skip, take));
            skip = 0;
            left -= take;
        }
        return of(part);
    }

    /** Fills it from memory of the same size. */
    public void copyFrom(MemorySegment source) {
        check(source);
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(source, at, piece, 0, piece.byteSize());
            at += piece.byteSize();
        }
    }

    /** Copies all of it into memory of the same size. */
    public void copyTo(MemorySegment target) {
        check(target);
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, target, at, piece.byteSize());
            at += piece.byteSize();
        }
    }

    private void check(MemorySegment other) {
        if (other.byteSize() != size) {
            throw new IllegalArgumentException("%d bytes for %d".formatted(other.byteSize(), size));
        }
    }

    /** Writes zeros all over it. */
    public void clear() {
        for (MemorySegment piece : pieces) {
            piece.fill((byte) 0);
        }
    }

    /** Whether it holds nothing but zeros. */
    public boolean isZero() {
        for (MemorySegment piece : pieces) {
            if (!isZero(piece)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(MemorySegment piece) {
        // Compares the piece with itself, shifted by one: a vectorized intrinsic, and no second buffer.
        long length = piece.byteSize();
        return piece.get(ValueLayout.JAVA_BYTE, 0) == 0
                && (length == 1 || MemorySegment.mismatch(piece, 0, length - 1, piece, 1, length) == -1);
    }

    @Override
    public String toString() {
        return "%d bytes in %d pieces".formatted(size, pieces.length);
    }
}
