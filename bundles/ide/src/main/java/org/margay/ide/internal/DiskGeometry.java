package org.margay.ide.internal;

import org.margay.block.drive.DriveSettings;

/**
 * Cylinders, heads and sectors of a track.
 *
 * @param translation how a BIOS makes of them what fits its own limits
 */
record DiskGeometry(int cylinders, int heads, int sectors, Translation translation) {
    /** In the order of the two bits in the CMOS memory. */
    enum Translation {
        NONE,
        LBA,
        LARGE,
        RECHS
    }

    private static final int HEADS = 16;
    private static final int SECTORS = 63;
    private static final int MOST_CYLINDERS = 16_383;
    private static final int BIOS_CYLINDERS = 1024;

    DiskGeometry {
        if (cylinders < 1 || cylinders > 65_535 || heads < 1 || heads > 16 || sectors < 1 || sectors > 255) {
            throw new IllegalArgumentException("geometry %d/%d/%d".formatted(cylinders, heads, sectors));
        }
    }

    /** What the user said of a drive, or the usual one of its size (ATA/ATAPI-5, annex B). */
    static DiskGeometry of(DriveSettings settings, long sectors) {
        return settings.geometry()
                .map(said -> new DiskGeometry(
                        said.cylinders(),
                        said.heads(),
                        said.sectors(),
                        translation(said.translation(), said.cylinders())))
                .orElseGet(() -> usual(sectors));
    }

    private static DiskGeometry usual(long sectors) {
        int cylinders = (int) Math.clamp(sectors / (HEADS * SECTORS), 2L, MOST_CYLINDERS);
        return new DiskGeometry(cylinders, HEADS, SECTORS, automatic(cylinders));
    }

    private static Translation translation(String name, int cylinders) {
        return switch (name) {
            case "none" -> Translation.NONE;
            case "lba" -> Translation.LBA;
            case "large" -> Translation.LARGE;
            case "rechs" -> Translation.RECHS;
            default -> automatic(cylinders);
        };
    }

    private static Translation automatic(int cylinders) {
        return cylinders <= BIOS_CYLINDERS ? Translation.NONE : Translation.LBA;
    }

    /** Sectors that can be addressed by it. */
    int capacity() {
        return cylinders * heads * sectors;
    }
}
