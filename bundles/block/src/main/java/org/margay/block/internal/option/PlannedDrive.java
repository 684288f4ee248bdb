package org.margay.block.internal.option;

import java.util.Optional;
import org.margay.block.internal.drive.DriveRequest;

/**
 * A drive of the command line, and where it goes.
 *
 * @param text of the option, for errors
 * @param address PCI address of a virtio drive's device
 */
record PlannedDrive(
        DriveRequest request, DriveInterface connection, int bus, int unit, Optional<String> address, String text) {
    boolean isAt(DriveInterface other, int otherBus, int otherUnit) {
        return connection == other && bus == otherBus && unit == otherUnit;
    }

    int index() {
        return connection.unitsPerBus() > 0 ? bus * connection.unitsPerBus() + unit : unit;
    }
}
