package org.margay.block.internal.command;

import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;

/**
 * An image to be put on top of a drive's.
 *
 * @param file of the new image
 * @param existing whether it is there already; otherwise it is made
 */
record SnapshotRequest(String device, String file, String format, boolean existing) {
    static final String DEFAULT_FORMAT = "qcow2";

    /** Reads the mode: "absolute-paths" or "existing". */
    static SnapshotRequest of(String device, String file, String format, String mode) throws QmpException {
        boolean existing = switch (mode) {
            case "absolute-paths" -> false;
            case "existing" -> true;
            default -> throw QmpErrors.invalidParameter("mode");
        };
        return new SnapshotRequest(device, file, format, existing);
    }
}
