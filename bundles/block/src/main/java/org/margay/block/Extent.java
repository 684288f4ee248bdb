package org.margay.block;

/**
 * What a range of a node is.
 *
 * @param kind whether there is data
 * @param length bytes, positive
 * @param fileOffset where it begins in the node below, when it is there as it is; -1 otherwise
 */
public record Extent(Kind kind, long length, long fileOffset) {
    /** What there may be. */
    public enum Kind {
        /** Bytes of its own. */
        DATA,
        /** It reads as zeros, whatever lies below. */
        ZERO,
        /** Nothing of its own: the backing node shows through, or zeros where there is none. */
        UNALLOCATED
    }

    public Extent {
        if (length <= 0 || fileOffset < -1) {
            throw new IllegalArgumentException("extent of %d bytes at %d".formatted(length, fileOffset));
        }
    }

    public static Extent data(long length, long fileOffset) {
        return new Extent(Kind.DATA, length, fileOffset);
    }

    /** Data that is not in the node below as it is: compressed, encrypted. */
    public static Extent data(long length) {
        return new Extent(Kind.DATA, length, -1);
    }

    public static Extent zero(long length) {
        return new Extent(Kind.ZERO, length, -1);
    }

    public static Extent unallocated(long length) {
        return new Extent(Kind.UNALLOCATED, length, -1);
    }
}
