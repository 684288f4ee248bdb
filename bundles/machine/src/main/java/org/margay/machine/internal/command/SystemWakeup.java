package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.WakeupCause;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Wakes a suspended guest; WAKEUP comes before the reply, RESET after it. */
@Component(service = QmpCommand.class)
@CommandName("system_wakeup")
public final class SystemWakeup implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public SystemWakeup(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        machine.requestWakeup(WakeupCause.OTHER);
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
