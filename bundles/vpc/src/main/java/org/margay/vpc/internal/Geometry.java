package org.margay.vpc.internal;

/**
 * Cylinders, heads and sectors of a disk: "Virtual Hard Disk Image Format Specification" 1.0, appendix "CHS Calculation".
 *
 * @param cylinders at most 65535
 * @param heads 4 to 16
 * @param sectors 17, 31, 63 or 255 of a track
 */
record Geometry(int cylinders, int heads, int sectors) {
    /** The largest disk that it can tell of, in sectors. */
    static final long LARGEST = 65535L * 16 * 255;

    /** What fits into a disk, and may be less. */
    static Geometry of(long totalSectors) {
        long total = Math.min(totalSectors, LARGEST);
        if (total >= 65535L * 16 * 63) {
            return new Geometry((int) (total / 255 / 16), 16, 255);
        }
        long tracks = total / 17;
        long heads = Math.max(4, (tracks + 1023) / 1024);
        if (tracks < heads * 1024 && heads <= 16) {
            return new Geometry((int) (tracks / heads), (int) heads, 17);
        }
        tracks = total / 31;
        if (tracks < 16 * 1024) {
            return new Geometry((int) (tracks / 16), 16, 31);
        }
        return new Geometry((int) (total / 63 / 16), 16, 63);
    }

    /** The smallest that a disk fits into, or the largest that there is. */
    static Geometry around(long totalSectors) {
        Geometry geometry = of(totalSectors);
        for (long more = 1; geometry.total() < totalSectors && geometry.total() < LARGEST; more++) {
            geometry = of(totalSectors + more);
        }
        return geometry;
    }

    long total() {
        return (long) cylinders * heads * sectors;
    }
}
