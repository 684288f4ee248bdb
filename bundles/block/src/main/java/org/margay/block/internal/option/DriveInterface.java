package org.margay.block.internal.option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** if= of -drive: what connects a drive with the machine. */
enum DriveInterface {
    IDE(2),
    SCSI(7),
    FLOPPY(0),
    PFLASH(0),
    MTD(0),
    SD(0),
    VIRTIO(0),
    XEN(0),
    /** A device of -device will name the drive. */
    NONE(0);

    private final int unitsPerBus;

    DriveInterface(int unitsPerBus) {
        this.unitsPerBus = unitsPerBus;
    }

    /** Drives on one bus; 0: all are on one. */
    int unitsPerBus() {
        return unitsPerBus;
    }

    /** Whether a PC of ours has it. */
    boolean onBoard() {
        return this == IDE || this == FLOPPY || this == VIRTIO || this == NONE;
    }

    /** The id of a drive whose user does not say one. */
    String idOf(int bus, int unit, boolean cdrom) {
        String medium = this == IDE || this == SCSI ? cdrom ? "-cd" : "-hd" : "";
        return this + (unitsPerBus > 0 ? Integer.toString(bus) : "") + medium + unit;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(DriveInterface::toString).toList();
    }

    /** As the option spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
