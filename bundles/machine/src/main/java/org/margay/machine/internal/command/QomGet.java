package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The value of a property, read from the object now. */
@Component(service = QmpCommand.class)
@CommandName("qom-get")
public final class QomGet implements QmpCommand<QomGet.Arguments> {
    /** A property of an object. */
    public record Arguments(String path, String property) {}

    private final Machine machine;

    @Activate
    public QomGet(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        Object value = ObjectPaths.property(machine.objects(), arguments.path(), arguments.property())
                .getter()
                .get();
        // No value is empty text on the wire, as links to nothing are.
        return value == null ? "" : value;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
