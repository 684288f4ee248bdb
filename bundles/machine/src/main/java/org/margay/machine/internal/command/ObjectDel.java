package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.internal.object.UserObjects;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Ends an object of object-add or -object. */
@Component(service = QmpCommand.class)
@CommandName("object-del")
public final class ObjectDel implements QmpCommand<ObjectDel.Arguments> {
    /** An object. */
    public record Arguments(String id) {}

    private final Machine machine;

    @Activate
    public ObjectDel(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        UserObjects.of(machine).delete(arguments.id());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
