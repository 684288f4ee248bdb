package org.margay.floppy.internal;

import java.util.List;

/**
 * How a floppy disk is laid out; sectors have 512 bytes.
 *
 * @param drive that it is made for
 * @param sectors of a track
 * @param cylinders 40 to 83
 * @param heads 1 or 2
 * @param rate of data, as in the registers: 0 is 500 kb/s, 1 300 kb/s, 2 250 kb/s, 3 1 Mb/s
 */
record FloppyFormat(DriveType drive, int sectors, int cylinders, int heads, int rate) {
    static final int SECTOR = 512;

    private static final int KB_500 = 0;
    private static final int KB_300 = 1;
    private static final int KB_250 = 2;
    private static final int MB_1 = 3;

    /** The usual ones of each drive first, then those with more sectors or cylinders that formatting tools make. */
    private static final List<FloppyFormat> ALL = List.of(
            new FloppyFormat(DriveType.D144, 18, 80, 2, KB_500),
            new FloppyFormat(DriveType.D288, 36, 80, 2, MB_1),
            new FloppyFormat(DriveType.D120, 15, 80, 2, KB_500),
            new FloppyFormat(DriveType.D144, 9, 80, 2, KB_250),
            new FloppyFormat(DriveType.D120, 9, 40, 2, KB_300),
            new FloppyFormat(DriveType.D120, 9, 40, 1, KB_300),
            new FloppyFormat(DriveType.D120, 8, 40, 2, KB_250),
            new FloppyFormat(DriveType.D120, 8, 40, 1, KB_250),
            new FloppyFormat(DriveType.D144, 20, 80, 2, KB_500),
            new FloppyFormat(DriveType.D144, 21, 80, 2, KB_500),
            new FloppyFormat(DriveType.D144, 21, 82, 2, KB_500),
            new FloppyFormat(DriveType.D144, 21, 83, 2, KB_500),
            new FloppyFormat(DriveType.D144, 22, 80, 2, KB_500),
            new FloppyFormat(DriveType.D144, 23, 80, 2, KB_500),
            new FloppyFormat(DriveType.D144, 24, 80, 2, KB_500),
            new FloppyFormat(DriveType.D288, 39, 80, 2, MB_1),
            new FloppyFormat(DriveType.D288, 40, 80, 2, MB_1),
            new FloppyFormat(DriveType.D288, 44, 80, 2, MB_1),
            new FloppyFormat(DriveType.D288, 48, 80, 2, MB_1),
            new FloppyFormat(DriveType.D144, 10, 80, 2, KB_250),
            new FloppyFormat(DriveType.D144, 10, 82, 2, KB_250),
            new FloppyFormat(DriveType.D144, 10, 83, 2, KB_250),
            new FloppyFormat(DriveType.D144, 13, 80, 2, KB_250),
            new FloppyFormat(DriveType.D144, 14, 80, 2, KB_250),
            new FloppyFormat(DriveType.D120, 18, 80, 2, KB_500),
            new FloppyFormat(DriveType.D120, 18, 82, 2, KB_500),
            new FloppyFormat(DriveType.D120, 18, 83, 2, KB_500),
            new FloppyFormat(DriveType.D120, 20, 80, 2, KB_500),
            new FloppyFormat(DriveType.D120, 9, 80, 2, KB_300),
            new FloppyFormat(DriveType.D120, 11, 80, 2, KB_300),
            new FloppyFormat(DriveType.D120, 10, 40, 2, KB_300),
            new FloppyFormat(DriveType.D120, 10, 41, 2, KB_300),
            new FloppyFormat(DriveType.D120, 10, 42, 2, KB_300),
            new FloppyFormat(DriveType.D120, 10, 40, 1, KB_300),
            new FloppyFormat(DriveType.D120, 10, 41, 1, KB_300),
            new FloppyFormat(DriveType.D120, 10, 42, 1, KB_300),
            new FloppyFormat(DriveType.D144, 9, 80, 1, KB_250));

    /**
     * The format of an image: that of its size, one of the same drive if there is any, else the usual one of the drive, of which the
     * image holds the beginning.
     *
     * @param drive in which it is, or {@link DriveType#AUTO} for any
     * @param size of the image in bytes
     */
    static FloppyFormat of(DriveType drive, long size) {
        return ALL.stream()
                .filter(format -> format.size() == size && format.fits(drive))
                .findFirst()
                .orElseGet(() -> ALL.stream()
                        .filter(format -> size <= format.size() && format.fits(drive))
                        .findFirst()
                        .orElseGet(() -> largest(drive)));
    }

    private static FloppyFormat largest(DriveType drive) {
        return ALL.stream()
                .filter(format -> format.fits(drive))
                .max((a, b) -> Long.compare(a.size(), b.size()))
                .orElseThrow();
    }

    /** Drives of 2.88 MB read what those of 1.44 MB do. */
    private boolean fits(DriveType type) {
        return type == DriveType.AUTO || type == drive || type == DriveType.D288 && drive == DriveType.D144;
    }

    /** In bytes. */
    long size() {
        return (long) SECTOR * sectors * cylinders * heads;
    }

    /** Index of a sector in the image; the first of a track is 1. */
    long index(int cylinder, int head, int sector) {
        return ((long) cylinder * heads + head) * sectors + sector - 1;
    }
}
