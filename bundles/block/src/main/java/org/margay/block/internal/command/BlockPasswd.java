package org.margay.block.internal.command;

import java.io.IOException;
import org.margay.block.ImageNode;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the password of an encrypted image; until then its machine can't go on. */
@Component(service = QmpCommand.class)
@CommandName("block_passwd")
public final class BlockPasswd implements QmpCommand<BlockPasswd.Arguments> {
    private static final Logger LOG = LoggerFactory.getLogger(BlockPasswd.class);

    /** A drive and what its image wants to hear. */
    public record Arguments(String device, String password) {
        /** Without the password: arguments may be logged. */
        @Override
        public String toString() {
            return "Arguments[device=%s]".formatted(device);
        }
    }

    private final DriveAccess drives;

    @Activate
    public BlockPasswd(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        BlockDrive drive = drives.turn(() -> drives.find(arguments.device()));
        drives.quiet(drive, () -> {
            ImageNode image = drive.medium()
                    .map(medium -> medium.root() instanceof ImageNode node ? node : null)
                    .filter(ImageNode::encrypted)
                    .orElseThrow(() -> DriveErrors.notEncrypted(arguments.device()));
            boolean waited = image.locked();
            unlock(image, arguments.password());
            if (waited) {
                drives.turn(drive::unlocked);
            }
            return drive;
        });
        return Empty.EMPTY;
    }

    private static void unlock(ImageNode image, String password) throws QmpException {
        try {
            image.unlock(password);
        } catch (IOException e) {
            LOG.warn("{}: {}", image.filename(), e.getMessage());
            throw new QmpException("Password incorrect");
        }
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
