package org.margay.qmp.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.margay.qmp.internal.CommandTable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The events that may be sent now. */
@Component(service = QmpCommand.class)
@CommandName("query-events")
public final class QueryEvents implements QmpCommand<Empty> {
    /** One element of the reply. */
    record Name(String name) {}

    private final CommandTable table;

    @Activate
    public QueryEvents(@Reference CommandTable table) {
        this.table = table;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return table.eventNames().stream().map(Name::new).toList();
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
