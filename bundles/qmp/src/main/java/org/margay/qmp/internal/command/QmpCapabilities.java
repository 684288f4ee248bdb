package org.margay.qmp.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Component;

/** Leaves negotiation mode; the connection sees to that when this succeeds. */
@Component(service = QmpCommand.class)
@CommandName("qmp_capabilities")
public final class QmpCapabilities implements QmpCommand<Empty> {
    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
