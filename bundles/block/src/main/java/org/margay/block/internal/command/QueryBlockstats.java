package org.margay.block.internal.command;

import java.util.Optional;
import org.margay.block.internal.drive.Accounting;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What drives have done, and their images' files. */
@Component(service = QmpCommand.class)
@CommandName("query-blockstats")
public final class QueryBlockstats implements QmpCommand<Empty> {
    /** A drive. */
    record Info(String device, Stats stats, Optional<Parent> parent) {}

    /** The file that its image lies on. */
    record Parent(Stats stats) {}

    /** Bytes, operations, nanoseconds. */
    record Stats(
            long rd_bytes,
            long wr_bytes,
            long rd_operations,
            long wr_operations,
            long flush_operations,
            long rd_total_time_ns,
            long wr_total_time_ns,
            long flush_total_time_ns,
            long wr_highest_offset) {
        static Stats of(Accounting.Counts counts) {
            return new Stats(
                    counts.readBytes(),
                    counts.writtenBytes(),
                    counts.reads(),
                    counts.writes(),
                    counts.flushes(),
                    counts.readNanos(),
                    counts.writeNanos(),
                    counts.flushNanos(),
                    counts.highestOffset());
        }
    }

    private final DriveAccess drives;

    @Activate
    public QueryBlockstats(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return drives.all().stream().map(QueryBlockstats::info).toList();
    }

    private static Info info(BlockDrive drive) {
        return new Info(
                drive.id(),
                Stats.of(drive.counts()),
                drive.medium()
                        .flatMap(medium -> medium.fileCounts().map(Stats::of).map(Parent::new)));
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
