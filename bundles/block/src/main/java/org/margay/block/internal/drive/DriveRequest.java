package org.margay.block.internal.drive;

import java.util.Optional;
import org.margay.block.OpenOptions;
import org.margay.block.drive.DriveSettings;

/**
 * A drive that the user wants.
 *
 * @param id by which devices and commands name it
 * @param file of the medium that is in it at first
 * @param format of that, empty: what it looks like
 * @param open how media are opened
 * @param snapshot whether writes go to a temporary overlay
 * @param copyOnRead whether what is read below an image is kept in it
 * @param unmapping whether the guest gives room back
 */
public record DriveRequest(
        String id,
        Optional<String> file,
        Optional<String> format,
        OpenOptions open,
        boolean snapshot,
        boolean copyOnRead,
        Unmapping unmapping,
        ErrorPolicy readErrors,
        ErrorPolicy writeErrors,
        Limits limits,
        DriveSettings settings) {}
