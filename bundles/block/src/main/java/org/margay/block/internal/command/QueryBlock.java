package org.margay.block.internal.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CacheMode;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.drive.DriveUser;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.DetectZeroes;
import org.margay.block.internal.drive.IoStatus;
import org.margay.block.internal.drive.Limits;
import org.margay.block.internal.drive.Medium;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The drives, and what is in them. */
@Component(service = QmpCommand.class)
@CommandName("query-block")
public final class QueryBlock implements QmpCommand<Empty> {
    /**
     * A drive.
     *
     * @param type "unknown", since 2012
     * @param tray_open of removable ones
     */
    record Info(
            String device,
            String type,
            boolean removable,
            boolean locked,
            Optional<Boolean> tray_open,
            Optional<String> qdev,
            Optional<IoStatus> ioStatus,
            Optional<Inserted> inserted) {}

    /** What is in it. */
    record Inserted(
            String file,
            boolean ro,
            String drv,
            Optional<String> backing_file,
            int backing_file_depth,
            boolean encrypted,
            DetectZeroes detect_zeroes,
            long bps,
            long bps_rd,
            long bps_wr,
            long iops,
            long iops_rd,
            long iops_wr,
            Optional<Long> bps_max,
            Optional<Long> bps_rd_max,
            Optional<Long> bps_wr_max,
            Optional<Long> iops_max,
            Optional<Long> iops_rd_max,
            Optional<Long> iops_wr_max,
            Cache cache,
            Image image) {}

    /** How writes are cached. */
    record Cache(boolean writeback, boolean direct, boolean noFlush) {}

    /** The image on top. */
    record Image(String filename, String format, long virtualSize, Optional<String> backingFilename) {}

    private final DriveAccess drives;

    @Activate
    public QueryBlock(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return drives.all().stream().map(QueryBlock::info).toList();
    }

    private static Info info(BlockDrive drive) {
        Optional<DriveUser> user = drive.user();
        boolean removable = drive.removable();
        return new Info(
                drive.id(),
                "unknown",
                removable,
                user.map(DriveUser::locked).orElse(false),
                removable ? Optional.of(user.map(DriveUser::trayOpen).orElse(false)) : Optional.empty(),
                user.map(DriveUser::path),
                drive.ioStatus(),
                drive.medium().map(medium -> inserted(drive, medium)));
    }

    private static Inserted inserted(BlockDrive drive, Medium medium) {
        BlockNode root = medium.root();
        Limits limits = drive.limits();
        CacheMode cache = drive.request().open().cache();
        Optional<String> backing = backingFile(root);
        return new Inserted(
                root.filename(),
                root.readOnly(),
                root.driver(),
                backing,
                depth(root),
                root instanceof ImageNode image && image.encrypted(),
                drive.request().unmapping().zeroes(),
                limits.bytes().average(),
                limits.bytesRead().average(),
                limits.bytesWritten().average(),
                limits.operations().average(),
                limits.reads().average(),
                limits.writes().average(),
                burst(limits.bytes()),
                burst(limits.bytesRead()),
                burst(limits.bytesWritten()),
                burst(limits.operations()),
                burst(limits.reads()),
                burst(limits.writes()),
                new Cache(drive.writeCache(), cache.direct(), cache.noFlush()),
                new Image(root.filename(), root.driver(), root.length(), backing));
    }

    private static Optional<Long> burst(Limits.Limit limit) {
        return limit.burst() == 0 ? Optional.empty() : Optional.of(limit.burst());
    }

    /** As the image names it, if it does; the one that an existing image was put on has another name in there, or none. */
    static Optional<String> backingFile(BlockNode root) {
        if (!(root instanceof ImageNode image)) {
            return Optional.empty();
        }
        @Nullable BlockNode backing = image.backing();
        if (backing == null) {
            return Optional.empty();
        }
        return image.backingLink()
                .map(BackingLink::filename)
                .filter(name -> ImageOpener.resolve(image.filename(), name).equals(backing.filename()))
                .or(() -> Optional.of(backing.filename()));
    }

    private static int depth(BlockNode root) {
        int depth = 0;
        @Nullable BlockNode node = root instanceof ImageNode image ? image.backing() : null;
        while (node != null) {
            depth++;
            node = node instanceof ImageNode image ? image.backing() : null;
        }
        return depth;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
