package org.margay.block.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Limits a job: the name and argument of today. */
@Component(service = QmpCommand.class)
@CommandName("block-job-set-speed")
public final class BlockJobSetSpeedToday implements QmpCommand<BlockJobSetSpeedToday.Arguments> {
    /**
     * How fast.
     *
     * @param device its drive
     * @param speed bytes a second; 0: as fast as it can
     */
    public record Arguments(String device, long speed) {}

    private final Streams streams;

    @Activate
    public BlockJobSetSpeedToday(@Reference Streams streams) {
        this.streams = streams;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        streams.setSpeed(arguments.device(), arguments.speed());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
