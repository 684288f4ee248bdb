package org.margay.qcow2.internal;

/**
 * Where a compressed cluster is: the description's "Compressed Clusters Descriptor".
 *
 * @param offset in the file, any byte
 * @param sectors of 512 bytes that it touches, the first included
 */
record CompressedSpot(long offset, int sectors) {
    private static final int SECTOR = 512;

    static CompressedSpot of(long entry, int clusterBits) {
        int shift = 62 - (clusterBits - 8);
        long offset = entry & ((1L << shift) - 1);
        int sectors = (int) ((entry & ~(L2Entry.COPIED | L2Entry.COMPRESSED)) >>> shift) + 1;
        return new CompressedSpot(offset, sectors);
    }

    /** For bytes at an offset. */
    static CompressedSpot at(long offset, int bytes) {
        long last = (offset + bytes - 1) / SECTOR;
        return new CompressedSpot(offset, (int) (last - offset / SECTOR) + 1);
    }

    long entry(int clusterBits) {
        int shift = 62 - (clusterBits - 8);
        return L2Entry.COMPRESSED | ((long) (sectors - 1) << shift) | offset;
    }

    /** Bytes to be read: the data and perhaps some behind it. */
    int bytes() {
        return (int) ((long) sectors * SECTOR - offset % SECTOR);
    }

    /** First cluster that it touches. */
    long firstCluster(int clusterBits) {
        return (offset & -SECTOR) >>> clusterBits;
    }

    /** Last cluster that it touches. */
    long lastCluster(int clusterBits) {
        return ((offset & -SECTOR) + (long) sectors * SECTOR - 1) >>> clusterBits;
    }

    /** Whether an entry can point there. */
    static boolean reachable(long offset, int clusterBits) {
        return offset >>> (62 - (clusterBits - 8)) == 0;
    }
}
