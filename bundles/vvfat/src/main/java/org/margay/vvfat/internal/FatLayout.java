package org.margay.vvfat.internal;

import java.util.Optional;

/**
 * Where everything is, in sectors of the disk.
 *
 * @param hidden sectors before the file system: those of the partition table, or none
 * @param sectors of the file system
 * @param clusterSectors sectors of a cluster
 * @param reserved sectors before the first FAT
 * @param fatSectors sectors of a FAT; there are two
 * @param rootEntries of the root folder where it has its own place; 0 where it is in clusters
 * @param clusters that there are
 */
record FatLayout(
        FatType type,
        boolean floppy,
        int heads,
        int trackSectors,
        long hidden,
        long sectors,
        int clusterSectors,
        int reserved,
        long fatSectors,
        int rootEntries,
        long clusters) {
    static final int SECTOR = 512;
    static final int FATS = 2;
    static final int ENTRY = 32;

    private static final int TRACK = 63;
    private static final int HEADS = 16;
    private static final long MOST_SECTORS = 0xffff0000L;

    /** The file system's own. */
    static FatLayout floppy(FatType type, boolean typeSaid) {
        boolean high = typeSaid && type == FatType.FAT12;
        int track = high ? 18 : 36;
        int clusterSectors = typeSaid ? 1 : 2;
        return of(type, true, 2, track, 0, 80L * 2 * track, clusterSectors, high ? 224 : 240)
                .orElseThrow();
    }

    /**
     * A hard disk with one partition.
     *
     * @param bytes that shall fit, with all slack; matters to FAT32 only, others have one size
     */
    static Optional<FatLayout> disk(FatType type, long bytes) {
        long cylinder = (long) HEADS * TRACK;
        if (type != FatType.FAT32) {
            long sectors = (type == FatType.FAT12 ? 64 : 1024) * cylinder;
            return of(type, false, HEADS, TRACK, TRACK, sectors - TRACK, 16, 512);
        }
        // Room for the FATs, too: less than an eightieth of the clusters.
        long wanted = Math.max(1024 * cylinder, (bytes + bytes / 64) / SECTOR + 10 * cylinder);
        long sectors = Math.ceilDiv(wanted, cylinder) * cylinder;
        if (sectors > MOST_SECTORS) {
            return Optional.empty();
        }
        long gigabytes = sectors >> 21;
        int clusterSectors = gigabytes < 8 ? 8 : gigabytes < 16 ? 16 : gigabytes < 32 ? 32 : 64;
        return of(type, false, HEADS, TRACK, TRACK, sectors - TRACK, clusterSectors, 0);
    }

    private static Optional<FatLayout> of(
            FatType type,
            boolean floppy,
            int heads,
            int trackSectors,
            long hidden,
            long sectors,
            int clusterSectors,
            int rootEntries) {
        int reserved = type == FatType.FAT32 ? 32 : 1;
        long rootSectors = (long) rootEntries * ENTRY / SECTOR;
        long fatSectors = 1;
        long clusters;
        while (true) {
            clusters = (sectors - reserved - FATS * fatSectors - rootSectors) / clusterSectors;
            long needed = Math.ceilDiv((clusters + 2) * type.bits(), 8 * SECTOR);
            if (needed <= fatSectors) {
                break;
            }
            fatSectors = needed;
        }
        return type.fits(clusters)
                ? Optional.of(new FatLayout(
                        type,
                        floppy,
                        heads,
                        trackSectors,
                        hidden,
                        sectors,
                        clusterSectors,
                        reserved,
                        fatSectors,
                        rootEntries,
                        clusters))
                : Optional.empty();
    }

    int clusterSize() {
        return clusterSectors * SECTOR;
    }

    /** First sector of the first FAT. */
    long fatStart() {
        return hidden + reserved;
    }

    /** First sector of the root folder, where it is no chain of clusters. */
    long rootStart() {
        return fatStart() + FATS * fatSectors;
    }

    /** First sector of cluster 2, the first that there is. */
    long dataStart() {
        return rootStart() + (long) rootEntries * ENTRY / SECTOR;
    }

    /** Bytes of the disk. */
    long length() {
        return (hidden + sectors) * SECTOR;
    }
}
