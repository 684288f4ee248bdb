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

/** What the guest is doing. */
@Component(service = QmpCommand.class)
@CommandName("query-status")
public final class QueryStatus implements QmpCommand<Empty> {
    /** The reply. */
    record Status(boolean running, boolean singlestep, String status) {}

    private final Machine machine;

    @Activate
    public QueryStatus(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        RunState state = machine.runState();
        // Our engines have no one-instruction mode to report.
        return new Status(state == RunState.RUNNING, false, state.wireName());
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
