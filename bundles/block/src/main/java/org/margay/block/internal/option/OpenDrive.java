package org.margay.block.internal.option;

import org.jspecify.annotations.Nullable;
import org.margay.block.internal.drive.Medium;

/** A drive whose image is open: opened before the machine is built, since that may take long and need more drivers. */
record OpenDrive(PlannedDrive drive, @Nullable Medium medium) {
    void close() {
        if (medium != null) {
            medium.close();
        }
    }
}
