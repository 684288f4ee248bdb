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

/** Another medium for a drive. */
@Component(service = QmpCommand.class)
@CommandName("change")
public final class Change implements QmpCommand<Change.Arguments> {
    /**
     * What to change.
     *
     * @param device the drive
     * @param target file of the new medium
     * @param arg its format
     */
    public record Arguments(String device, String target, Optional<String> arg) {}

    private final MediaChange media;

    @Activate
    public Change(@Reference MediaChange media) {
        this.media = media;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        media.change(arguments.device(), arguments.target(), arguments.arg());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
