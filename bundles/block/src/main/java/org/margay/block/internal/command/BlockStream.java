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

/** Starts to copy into a drive's image what lies below it. */
@Component(service = QmpCommand.class)
@CommandName({"block_stream", "block-stream"})
public final class BlockStream implements QmpCommand<BlockStream.Arguments> {
    /**
     * What to copy.
     *
     * @param device the drive
     * @param base file of an image in the backing chain, which stays below; all is copied when left out
     * @param speed bytes a second; 0: as fast as it can
     */
    public record Arguments(String device, Optional<String> base, Optional<Long> speed) {}

    private final Streams streams;

    @Activate
    public BlockStream(@Reference Streams streams) {
        this.streams = streams;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        streams.start(arguments.device(), arguments.base(), arguments.speed());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
