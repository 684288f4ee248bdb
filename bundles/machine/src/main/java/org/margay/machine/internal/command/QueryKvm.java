package org.margay.machine.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Component;

/** Whether the host's processor runs the guest: never, we are pure Java. */
@Component(service = QmpCommand.class)
@CommandName("query-kvm")
public final class QueryKvm implements QmpCommand<Empty> {
    /** The reply. */
    record Kvm(boolean enabled, boolean present) {}

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return new Kvm(false, false);
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
