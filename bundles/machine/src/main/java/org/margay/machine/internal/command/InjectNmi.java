package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Raises a non-maskable interrupt on every processor. */
@Component(service = QmpCommand.class)
@CommandName("inject-nmi")
public final class InjectNmi implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public InjectNmi(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        machine.cpus().forEach(VirtualCpu::injectNmi);
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
