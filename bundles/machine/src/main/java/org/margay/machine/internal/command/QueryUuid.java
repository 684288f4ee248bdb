package org.margay.machine.internal.command;

import java.util.UUID;
import org.margay.machine.Machine;
import org.margay.machine.plan.GuestIdentity;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What -uuid said, or zeros. */
@Component(service = QmpCommand.class)
@CommandName("query-uuid")
public final class QueryUuid implements QmpCommand<Empty> {
    /** The reply. */
    record Uuid(@WireName("UUID") String text) {}

    private static final UUID NONE = new UUID(0, 0);

    private final Machine machine;

    @Activate
    public QueryUuid(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return new Uuid(GuestIdentity.in(machine.plan()).uuid().orElse(NONE).toString());
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
