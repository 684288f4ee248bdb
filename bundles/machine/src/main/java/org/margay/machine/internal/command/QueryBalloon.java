package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How much memory the guest has left. */
@Component(service = QmpCommand.class)
@CommandName("query-balloon")
public final class QueryBalloon implements QmpCommand<Empty> {
    /**
     * The reply.
     *
     * @param actual bytes
     */
    public record Info(long actual) {}

    private final Machine machine;

    @Activate
    public QueryBalloon(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) throws QmpException {
        return new Info(Balloons.of(machine).actual());
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
