package org.margay.block.internal.command;

import org.margay.block.internal.drive.StreamJob;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs of drives, and how far they are. */
@Component(service = QmpCommand.class)
@CommandName("query-block-jobs")
public final class QueryBlockJobs implements QmpCommand<Empty> {
    private final DriveAccess drives;

    @Activate
    public QueryBlockJobs(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return drives.all().stream()
                .flatMap(drive -> drive.job().stream())
                .map(StreamJob::progress)
                .toList();
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
