package org.margay.watchdog.internal;

import org.margay.machine.Machine;
import org.margay.machine.plan.GuestActions;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Says what expired watchdogs do from now on. */
@Component(service = QmpCommand.class)
@CommandName("watchdog-set-action")
public final class WatchdogSetAction implements QmpCommand<WatchdogSetAction.Arguments> {
    /** The action. */
    public record Arguments(GuestActions.Watchdog action) {}

    private final Machine machine;

    @Activate
    public WatchdogSetAction(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) {
        GuestActions.Change.of(arguments.action()).applyTo(machine.plan());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
