package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Presses the power button; POWERDOWN follows the reply. */
@Component(service = QmpCommand.class)
@CommandName("system_powerdown")
public final class SystemPowerdown implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public SystemPowerdown(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        machine.requestPowerdown();
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
