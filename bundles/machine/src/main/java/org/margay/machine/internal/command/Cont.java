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

/** Lets the guest go on; RESUME comes before the reply. */
@Component(service = QmpCommand.class)
@CommandName("cont")
public final class Cont implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public Cont(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) throws QmpException {
        switch (machine.runState()) {
            case INMIGRATE ->
                throw new QmpException("An incoming migration is expected before this command can be executed");
            case INTERNAL_ERROR, SHUTDOWN -> throw new QmpException("Resetting the Virtual Machine is required");
            default -> {
                machine.checkResume();
                machine.resume();
            }
        }
        return Empty.EMPTY;
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
