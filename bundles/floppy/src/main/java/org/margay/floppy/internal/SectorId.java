package org.margay.floppy.internal;

/**
 * What a sector says of itself, as it is in commands and results.
 *
 * @param cylinder 0 to 255
 * @param head 0 to 255
 * @param sector 0 to 255; the first of a track is 1
 * @param size 0 to 255: 128 bytes times two to this
 */
record SectorId(int cylinder, int head, int sector, int size) {
    /** Of 512 bytes, which all sectors have. */
    static final int SIZE_512 = 2;

    SectorId {
        if (((cylinder | head | sector | size) & ~0xFF) != 0) {
            throw new IllegalArgumentException("sector id");
        }
    }

    /**
     * The next one (82077AA data sheet, table 6-1).
     *
     * @param last sector of a track
     * @param bothSides whether the other side comes next
     */
    SectorId next(int last, boolean bothSides) {
        if (sector != last) {
            return new SectorId(cylinder, head, sector + 1 & 0xFF, size);
        }
        if (!bothSides) {
            return new SectorId(cylinder + 1 & 0xFF, head, 1, size);
        }
        int other = head ^ 1;
        return new SectorId((other & 1) == 0 ? cylinder + 1 & 0xFF : cylinder, other, 1, size);
    }
}
