package org.margay.ide.internal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveProperties;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;

/**
 * What can be said of every device on an IDE bus.
 *
 * @param unit 0 or 1, or none for the first free one
 * @param ver firmware version
 * @param wwn world wide name, or 0
 * @param serial number, or none for the drive's, or else one by its place
 * @param model name, or none for the usual one
 */
public record IdeProperties(
        DriveProperties block,
        @PropertyType("uint32") @Nullable Long unit,
        @Default("2.5+") String ver,
        @Default("0") @PropertyType("uint64") long wwn,
        @Nullable String serial,
        @Nullable String model) {
    private static final int LONGEST_SERIAL = 20;
    private static final int LONGEST_MODEL = 40;

    public IdeProperties {
        if (serial != null && serial.length() > LONGEST_SERIAL) {
            throw new IllegalArgumentException(
                    "IDE serial numbers have at most %d characters".formatted(LONGEST_SERIAL));
        }
        if (model != null && model.length() > LONGEST_MODEL) {
            throw new IllegalArgumentException("IDE model names have at most %d characters".formatted(LONGEST_MODEL));
        }
    }

    /** The serial number of a device in a place. */
    String serial(Drive drive, int place) {
        String chosen = serial == null
                ? drive.settings().serial().orElseGet(() -> String.format(Locale.ROOT, "QM%05d", place))
                : serial;
        return chosen.substring(0, Math.min(chosen.length(), LONGEST_SERIAL));
    }

    /**
     * The drive.
     *
     * @return null when none was said
     */
    @Nullable
    Drive drive(DeviceContext context) throws DeviceException {
        String id = block.drive();
        return id == null ? null : context.backend(Drive.class, id);
    }
}
