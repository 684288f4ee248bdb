package org.margay.block.internal.command;

import java.util.Optional;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Limits;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Limits what a drive may do in a second. */
@Component(service = QmpCommand.class)
@CommandName("block_set_io_throttle")
public final class BlockSetIoThrottle implements QmpCommand<BlockSetIoThrottle.Arguments> {
    /**
     * All limits; 0: none.
     *
     * @param bps_max bytes a second while a burst lasts
     * @param bps_max_length seconds that a burst may last
     * @param iops_size bytes that count as one operation
     */
    public record Arguments(
            String device,
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
            Optional<Long> bps_max_length,
            Optional<Long> bps_rd_max_length,
            Optional<Long> bps_wr_max_length,
            Optional<Long> iops_max_length,
            Optional<Long> iops_rd_max_length,
            Optional<Long> iops_wr_max_length,
            Optional<Long> iops_size) {
        Limits limits() {
            return new Limits(
                    limit(bps, bps_max, bps_max_length),
                    limit(bps_rd, bps_rd_max, bps_rd_max_length),
                    limit(bps_wr, bps_wr_max, bps_wr_max_length),
                    limit(iops, iops_max, iops_max_length),
                    limit(iops_rd, iops_rd_max, iops_rd_max_length),
                    limit(iops_wr, iops_wr_max, iops_wr_max_length),
                    iops_size.orElse(0L));
        }

        private static Limits.Limit limit(long average, Optional<Long> burst, Optional<Long> seconds) {
            long most = burst.orElse(0L);
            return average == 0 && most == 0 ? Limits.Limit.NONE : new Limits.Limit(average, most, seconds.orElse(1L));
        }
    }

    private final DriveAccess drives;

    @Activate
    public BlockSetIoThrottle(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        BlockDrive drive = drives.find(arguments.device());
        Limits limits;
        try {
            limits = arguments.limits();
        } catch (IllegalArgumentException e) {
            throw new QmpException(String.valueOf(e.getMessage()));
        }
        if (limits.conflicting()) {
            throw new QmpException("Invalid parameter combination");
        }
        if (limits.burstWithoutAverage()) {
            throw new QmpException("bps_max/iops_max require corresponding bps/iops values");
        }
        drive.setLimits(limits);
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
