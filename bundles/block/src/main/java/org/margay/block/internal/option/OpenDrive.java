package org.margay.block.internal.option;

import org.jspecify.annotations.Nullable;
import org.margay.block.internal.drive.Medium;

/** A drive whose image is open: opened before the machine is built, since that may take long and need more drivers. */
final class OpenDrive {
    private final PlannedDrive drive;
    private final @Nullable Medium medium;
    private volatile boolean taken;

    OpenDrive(PlannedDrive drive, @Nullable Medium medium) {
        this.drive = drive;
        this.medium = medium;
    }

    PlannedDrive drive() {
        return drive;
    }

    /** The medium is the machine's from now on. */
    @Nullable
    Medium take() {
        taken = true;
        return medium;
    }

    /** Gives it back, unless a machine has it. */
    void close() {
        if (medium != null && !taken) {
            taken = true;
            medium.close();
        }
    }
}
