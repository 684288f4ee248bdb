package org.margay.block.internal.command;

import java.util.Optional;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Ends a job before its time: BLOCK_JOB_CANCELLED comes when it has heard. */
@Component(service = QmpCommand.class)
@CommandName({"block_job_cancel", "block-job-cancel"})
public final class BlockJobCancel implements QmpCommand<BlockJobCancel.Arguments> {
    /**
     * Which job.
     *
     * @param device its drive
     * @param force makes no difference
     */
    public record Arguments(String device, Optional<Boolean> force) {}

    private final Streams streams;

    @Activate
    public BlockJobCancel(@Reference Streams streams) {
        this.streams = streams;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        streams.job(arguments.device()).cancel();
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
