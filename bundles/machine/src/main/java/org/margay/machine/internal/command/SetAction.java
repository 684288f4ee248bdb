package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.plan.GuestActions;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Says what is done from now on about reboots, power-off, panics and expired watchdogs; what is left out stays. */
@Component(service = QmpCommand.class)
@CommandName("set-action")
public final class SetAction implements QmpCommand<GuestActions.Change> {
    private final Machine machine;

    @Activate
    public SetAction(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(GuestActions.Change arguments, QmpSession session) {
        arguments.applyTo(machine.plan());
        return Empty.EMPTY;
    }

    @Override
    public Class<GuestActions.Change> argumentsType() {
        return GuestActions.Change.class;
    }
}
