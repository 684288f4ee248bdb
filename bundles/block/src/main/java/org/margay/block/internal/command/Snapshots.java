package org.margay.block.internal.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Media;
import org.margay.block.internal.drive.Medium;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts images on top of drives', all at one moment of the guest's, or none: the drives are quiet while all images are made and opened; then
 * nothing is left that can fail.
 */
@Component(service = Snapshots.class)
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final DriveAccess drives;
    private final Media media;

    @Activate
    public Snapshots(@Reference DriveAccess drives, @Reference Media media) {
        this.drives = drives;
        this.media = media;
    }

    /**
     * Takes snapshots. Not in a turn.
     *
     * @throws QmpException when one can't be: all drives are as they were, and no file is left that was not there before
     */
    void take(List<SnapshotRequest> requests) throws QmpException {
        Map<String, QmpException> unusable = unusableFormats(requests);
        List<Overlay> overlays = new ArrayList<>();
        List<BlockDrive> taken = new ArrayList<>();
        boolean done = false;
        boolean held = false;
        try {
            drives.turn(() -> {
                for (SnapshotRequest request : requests) {
                    overlays.add(overlay(request, unusable, taken));
                }
                taken.forEach(BlockDrive::hold);
                return overlays;
            });
            held = true;
            taken.forEach(BlockDrive::awaitQuiet);
            for (Overlay overlay : overlays) {
                overlay.prepare();
            }
            drives.turn(() -> overlays.forEach(Overlay::use));
            overlays.forEach(Overlay::protectBelow);
            done = true;
        } finally {
            if (!done) {
                overlays.reversed().forEach(Overlay::undo);
            }
            if (held) {
                drives.turn(() -> taken.forEach(BlockDrive::release));
            }
            drives.turn(() -> taken.forEach(BlockDrive::unclaim));
        }
    }

    /** Formats are looked up before the turn: that may bring their bundles. */
    private Map<String, QmpException> unusableFormats(List<SnapshotRequest> requests) {
        Map<String, QmpException> unusable = new HashMap<>();
        for (SnapshotRequest request : requests) {
            try {
                media.format(request.format());
            } catch (IOException e) {
                LOG.debug("format {}", request.format(), e);
                unusable.put(request.format(), DriveErrors.invalidFormat(request.format()));
            }
        }
        return unusable;
    }

    /** Claims the drive. In a turn. */
    private Overlay overlay(SnapshotRequest request, Map<String, QmpException> unusable, List<BlockDrive> taken)
            throws QmpException {
        QmpException unusableFormat = unusable.get(request.format());
        if (unusableFormat != null) {
            throw unusableFormat;
        }
        BlockDrive drive = drives.findFree(request.device());
        Medium medium = drive.medium().orElseThrow(() -> DriveErrors.noMedium(request.device()));
        drive.claim();
        taken.add(drive);
        return new Overlay(media, drive, medium, request);
    }
}
