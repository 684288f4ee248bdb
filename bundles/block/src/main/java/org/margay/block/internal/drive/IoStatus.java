package org.margay.block.internal.drive;

import java.util.Locale;
import org.margay.block.drive.DriveResult;

/** Whether an error has stopped the machine since it last went on. */
public enum IoStatus {
    OK,
    FAILED,
    NOSPACE;

    static IoStatus of(DriveResult error) {
        return error == DriveResult.NO_SPACE ? NOSPACE : FAILED;
    }

    /** As query-block spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
