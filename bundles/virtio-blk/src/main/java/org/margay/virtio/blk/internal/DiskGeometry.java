package org.margay.virtio.blk.internal;

import org.margay.block.drive.DriveSettings;

/**
 * How a BIOS would count a disk, as the driver reads it (virtio 1.2, 5.2.4).
 *
 * @param cylinders 0 to 65535
 * @param heads 0 to 255
 * @param sectors of a track, 0 to 255
 */
record DiskGeometry(int cylinders, int heads, int sectors) {
    /** What disks that are larger than cylinders can say have always said of themselves. */
    private static final int MOST_CYLINDERS = 16383;

    private static final int USUAL_HEADS = 16;
    private static final int USUAL_SECTORS = 63;

    /** As the device's properties say, else as the drive does, else guessed. */
    static DiskGeometry of(VirtioBlkProperties properties, DriveSettings settings, long length) {
        if (properties.cyls() != 0 || properties.heads() != 0 || properties.secs() != 0) {
            return new DiskGeometry(properties.cyls(), properties.heads(), properties.secs());
        }
        return settings.geometry()
                .map(said -> new DiskGeometry(said.cylinders() & 0xFFFF, said.heads() & 0xFF, said.sectors() & 0xFF))
                .orElseGet(() -> guess(length));
    }

    private static DiskGeometry guess(long length) {
        long cylinders = length / Sector.SIZE / (USUAL_HEADS * USUAL_SECTORS);
        return new DiskGeometry(Math.clamp(cylinders, 2, MOST_CYLINDERS), USUAL_HEADS, USUAL_SECTORS);
    }
}
