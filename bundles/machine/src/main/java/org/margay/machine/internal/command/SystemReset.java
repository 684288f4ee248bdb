package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Resets the machine; RESET follows the reply. */
@Component(service = QmpCommand.class)
@CommandName("system_reset")
public final class SystemReset implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public SystemReset(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        machine.requestReset(false);
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
