package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.RunState;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Stops the guest; STOP comes before the reply. */
@Component(service = QmpCommand.class)
@CommandName("stop")
public final class Stop implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public Stop(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        machine.stop(RunState.PAUSED);
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
