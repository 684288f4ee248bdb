package org.margay.block.internal.command;

import java.io.IOException;
import org.margay.block.UnsupportedImageException;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Medium;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a drive's image longer or shorter while it is in use; the guest is told where its device has a way. */
@Component(service = QmpCommand.class)
@CommandName("block_resize")
public final class BlockResize implements QmpCommand<BlockResize.Arguments> {
    private static final Logger LOG = LoggerFactory.getLogger(BlockResize.class);

    private static final int SECTOR = 512;

    /**
     * What to resize.
     *
     * @param device the drive
     * @param size bytes, a multiple of 512
     */
    public record Arguments(String device, long size) {}

    private final DriveAccess drives;

    @Activate
    public BlockResize(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        drives.claimed(() -> resizable(arguments), drive -> {
            drives.quiet(drive, () -> {
                resize(drive, arguments.size());
                return drive;
            });
            drives.turn(drive::resized);
            return drive;
        });
        return Empty.EMPTY;
    }

    private BlockDrive resizable(Arguments arguments) throws QmpException {
        BlockDrive drive = drives.find(arguments.device());
        if (arguments.size() < 0) {
            throw QmpErrors.invalidParameterValue("size", "a >0 size");
        }
        if (!drive.hasMedium()) {
            throw DriveErrors.noMedium(drive.id());
        }
        if (drive.readOnly()) {
            throw DriveErrors.readOnly(drive.id());
        }
        if (drive.isClaimed()) {
            throw DriveErrors.inUse(drive.id());
        }
        if (arguments.size() % SECTOR != 0) {
            throw QmpErrors.undefined();
        }
        return drive;
    }

    private static void resize(BlockDrive drive, long size) throws QmpException {
        Medium medium = drive.medium().orElseThrow(() -> DriveErrors.noMedium(drive.id()));
        try {
            medium.root().resize(size);
        } catch (UnsupportedImageException e) {
            LOG.warn("drive {}: {}", drive.id(), e.getMessage());
            throw DriveErrors.unsupported();
        } catch (IOException e) {
            LOG.warn("drive {}: {}", drive.id(), e.getMessage());
            throw QmpErrors.undefined();
        }
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
