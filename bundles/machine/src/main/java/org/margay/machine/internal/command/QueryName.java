package org.margay.machine.internal.command;

import java.util.Optional;
import org.margay.machine.Machine;
import org.margay.machine.plan.GuestIdentity;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What -name said. */
@Component(service = QmpCommand.class)
@CommandName("query-name")
public final class QueryName implements QmpCommand<Empty> {
    /** The reply. */
    record Name(Optional<String> name) {}

    private final Machine machine;

    @Activate
    public QueryName(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return new Name(GuestIdentity.in(machine.plan()).name());
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
