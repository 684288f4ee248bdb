package org.margay.block.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Limits a job. */
@Component(service = QmpCommand.class)
@CommandName("block_job_set_speed")
public final class BlockJobSetSpeed implements QmpCommand<BlockJobSetSpeed.Arguments> {
    /**
     * How fast.
     *
     * @param device its drive
     * @param value bytes a second; 0: as fast as it can
     */
    public record Arguments(String device, long value) {}

    private final Streams streams;

    @Activate
    public BlockJobSetSpeed(@Reference Streams streams) {
        this.streams = streams;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        streams.setSpeed(arguments.device(), arguments.value());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
