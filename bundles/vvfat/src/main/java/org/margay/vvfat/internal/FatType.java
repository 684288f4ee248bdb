package org.margay.vvfat.internal;

/** Kinds of FAT: how many bits name a cluster. The count of clusters tells them apart: specification, "FAT Type Determination". */
enum FatType {
    FAT12(12, 1, 4084),
    FAT16(16, 4085, 65524),
    FAT32(32, 65525, 0x0ffffff4);

    private final int bits;
    private final int fewest;
    private final int most;

    FatType(int bits, int fewest, int most) {
        this.bits = bits;
        this.fewest = fewest;
        this.most = most;
    }

    int bits() {
        return bits;
    }

    boolean fits(long clusters) {
        return clusters >= fewest && clusters <= most;
    }

    /** What says that a chain of clusters ends. */
    int endOfChain() {
        return this == FAT32 ? 0x0fffffff : (1 << bits) - 1;
    }
}
