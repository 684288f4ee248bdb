package org.margay.block.internal.drive;

import java.util.Locale;
import org.margay.block.drive.DriveResult;

/** rerror= and werror= of -drive. */
public enum ErrorPolicy {
    IGNORE,
    REPORT,
    STOP,
    /** The machine stops when the host has no room, other errors are reported. */
    ENOSPC;

    ErrorAction action(DriveResult error) {
        return switch (this) {
            case IGNORE -> ErrorAction.IGNORE;
            case REPORT -> ErrorAction.REPORT;
            case STOP -> ErrorAction.STOP;
            case ENOSPC -> error == DriveResult.NO_SPACE ? ErrorAction.STOP : ErrorAction.REPORT;
        };
    }

    /** Whether it may stop the machine: then the drive has an I/O status. */
    boolean mayStop() {
        return this == STOP || this == ENOSPC;
    }

    /** As the option spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
