package org.margay.block.internal.command;

import java.util.List;
import java.util.Optional;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Leaves a drive's image as it is now: what is written from now on goes to a new one on top of it. */
@Component(service = QmpCommand.class)
@CommandName("blockdev-snapshot-sync")
public final class BlockdevSnapshotSync implements QmpCommand<BlockdevSnapshotSync.Arguments> {
    /**
     * What to keep.
     *
     * @param device the drive
     * @param snapshotFile of the new image
     * @param format of it, "qcow2" when left out
     * @param mode "absolute-paths" (the file is made) or "existing"
     */
    public record Arguments(String device, String snapshotFile, Optional<String> format, Optional<String> mode) {}

    private final Snapshots snapshots;

    @Activate
    public BlockdevSnapshotSync(@Reference Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        snapshots.take(List.of(SnapshotRequest.of(
                arguments.device(),
                arguments.snapshotFile(),
                arguments.format().orElse(SnapshotRequest.DEFAULT_FORMAT),
                arguments.mode().orElse("absolute-paths"))));
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
