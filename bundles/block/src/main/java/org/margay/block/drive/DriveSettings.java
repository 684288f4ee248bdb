package org.margay.block.drive;

import java.util.Optional;

/**
 * What -drive says of a drive and its device has a use for.
 *
 * @param serial number, for the guest to read; empty: the device's own
 * @param geometry that the guest is told; empty: guessed
 * @param cdrom whether it is for CDs
 */
public record DriveSettings(Optional<String> serial, Optional<Geometry> geometry, boolean cdrom) {
    public static final DriveSettings NONE = new DriveSettings(Optional.empty(), Optional.empty(), false);

    /**
     * How a BIOS counts a disk.
     *
     * @param translation "none", "lba", "large", "rechs" or "auto"
     */
    public record Geometry(int cylinders, int heads, int sectors, String translation) {}
}
