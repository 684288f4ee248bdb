package org.margay.block.internal.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Medium;
import org.margay.block.internal.drive.StreamJob;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Starts and finds stream jobs. In a turn. */
@Component(service = Streams.class)
public final class Streams {
    private final DriveAccess drives;
    private final QmpLoop loop;

    @Activate
    public Streams(@Reference DriveAccess drives, @Reference QmpLoop loop) {
        this.drives = drives;
        this.loop = loop;
    }

    /**
     * Starts one.
     *
     * @param base file of an image in the backing chain, which stays below
     */
    void start(String device, Optional<String> base, Optional<Long> speed) throws QmpException {
        BlockDrive drive = drives.find(device);
        Medium medium = drive.medium().orElseThrow(() -> DriveErrors.noMedium(device));
        @Nullable BlockNode bottom = base.isEmpty() ? null : find(medium.root(), base.get());
        if (drive.isClaimed()) {
            throw DriveErrors.inUse(device);
        }
        if (drive.readOnly() || speed.orElse(0L) < 0) {
            throw DriveErrors.notSupported();
        }
        StreamJob.start(drives.machine(), loop, drive, medium, bottom, speed.orElse(0L));
    }

    private static BlockNode find(BlockNode root, String base) throws QmpException {
        @Nullable BlockNode node = root;
        while (node instanceof ImageNode image && image.backing() != null) {
            BlockNode below = image.backing();
            Optional<String> stored = image.backingLink().map(BackingLink::filename);
            if (below.filename().equals(base) || stored.filter(base::equals).isPresent()) {
                return below;
            }
            node = below;
        }
        throw new QmpException("Base '%s' not found".formatted(base));
    }

    StreamJob job(String device) throws QmpException {
        BlockDrive drive;
        try {
            drive = drives.find(device);
        } catch (QmpException _) {
            throw DriveErrors.noJob(device);
        }
        return drive.job().orElseThrow(() -> DriveErrors.noJob(device));
    }

    void setSpeed(String device, long speed) throws QmpException {
        StreamJob job = job(device);
        if (speed < 0) {
            throw DriveErrors.notSupported();
        }
        job.setSpeed(speed);
    }
}
