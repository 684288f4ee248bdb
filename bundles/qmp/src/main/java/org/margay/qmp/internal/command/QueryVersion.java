package org.margay.qmp.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.margay.qmp.internal.Version;
import org.osgi.service.component.annotations.Component;

/** Which QEMU we resemble, and who we are. */
@Component(service = QmpCommand.class)
@CommandName("query-version")
public final class QueryVersion implements QmpCommand<Empty> {
    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return Version.CURRENT;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
