package org.margay.dmg.internal;

/**
 * A stretch of a disk image.
 *
 * @param start in the disk, bytes
 * @param length in the disk, bytes, positive
 * @param place in the file
 * @param size in the file, bytes
 */
record Chunk(Kind kind, long start, long length, long place, long size) {
    /** How it is stored. */
    enum Kind {
        /** Not at all. */
        ZERO,
        RAW,
        ZLIB,
        BZIP2
    }

    long end() {
        return start + length;
    }
}
