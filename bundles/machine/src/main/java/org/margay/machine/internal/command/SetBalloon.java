package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Asks the guest to make do with less memory, or lets it have more again; BALLOON_CHANGE tells what it does. */
@Component(service = QmpCommand.class)
@CommandName("balloon")
public final class SetBalloon implements QmpCommand<SetBalloon.Arguments> {
    /**
     * How much.
     *
     * @param value bytes that the guest is to have
     */
    public record Arguments(long value) {}

    private final Machine machine;

    @Activate
    public SetBalloon(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        if (arguments.value() <= 0) {
            throw QmpErrors.invalidParameterValue("target", "a size");
        }
        Balloons.of(machine).target(arguments.value());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
