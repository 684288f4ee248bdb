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

/** Takes the medium out of a drive. */
@Component(service = QmpCommand.class)
@CommandName("eject")
public final class Eject implements QmpCommand<Eject.Arguments> {
    /**
     * What to eject.
     *
     * @param device the drive
     * @param force although the guest has locked it
     */
    public record Arguments(String device, Optional<Boolean> force) {}

    private final MediaChange media;

    @Activate
    public Eject(@Reference MediaChange media) {
        this.media = media;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        media.eject(arguments.device(), arguments.force().orElse(false));
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
