package org.margay.block.internal.command;

import java.io.IOException;
import java.util.Optional;
import org.margay.block.UnsupportedImageException;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Media;
import org.margay.block.internal.drive.Medium;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes media out of drives, and puts others in. */
@Component(service = MediaChange.class)
public final class MediaChange {
    private static final Logger LOG = LoggerFactory.getLogger(MediaChange.class);

    private final DriveAccess drives;
    private final Media media;

    @Activate
    public MediaChange(@Reference DriveAccess drives, @Reference Media media) {
        this.drives = drives;
        this.media = media;
    }

    /**
     * Takes the medium out, if there is one.
     *
     * @param force whatever the guest says
     */
    void eject(String device, boolean force) throws QmpException {
        drives.claimed(() -> ejectable(device, force), drive -> {
            takeOut(drive);
            return drive;
        });
    }

    /**
     * Another medium instead of the one in the drive; when it can't be opened the drive stays empty.
     *
     * @param format empty: what it looks like
     */
    void change(String device, String file, Optional<String> format) throws QmpException {
        drives.turn(() -> drives.find(device));
        if (format.isPresent()) {
            checkFormat(format.get());
        }
        drives.claimed(() -> ejectable(device, false), drive -> {
            takeOut(drive);
            Medium medium = open(drive, file, format);
            drives.turn(() -> drive.insert(medium));
            if (medium.waitsForPassword()) {
                throw DriveErrors.encrypted(device);
            }
            return drive;
        });
    }

    private void checkFormat(String format) throws QmpException {
        try {
            media.format(format);
        } catch (IOException e) {
            LOG.debug("format {}", format, e);
            throw DriveErrors.invalidFormat(format);
        }
    }

    private Medium open(BlockDrive drive, String file, Optional<String> format) throws QmpException {
        try {
            return media.open(
                    file, format, drive.request().open(), drive.request().snapshot());
        } catch (UnsupportedImageException e) {
            throw new QmpException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.warn("drive {}: {}", drive.id(), e.getMessage());
            throw QmpErrors.openFileFailed(file);
        }
    }

    /** In a turn. */
    private BlockDrive ejectable(String device, boolean force) throws QmpException {
        BlockDrive drive = drives.findFree(device);
        if (!drive.removable()) {
            throw DriveErrors.notRemovable(device);
        }
        if (drive.lockedByGuest()) {
            drive.askForMedium(force);
            if (!force) {
                throw DriveErrors.locked(device);
            }
        }
        return drive;
    }

    private void takeOut(BlockDrive drive) throws QmpException {
        drives.quiet(drive, () -> drives.turn(drive::remove)).ifPresent(Medium::close);
    }
}
