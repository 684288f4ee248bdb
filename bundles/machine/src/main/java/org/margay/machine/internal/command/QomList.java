package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.object.ObjectTree;
import org.margay.qmp.CommandName;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The properties of an object, those that are objects themselves included. */
@Component(service = QmpCommand.class)
@CommandName("qom-list")
public final class QomList implements QmpCommand<QomList.Arguments> {
    /** An object. */
    public record Arguments(String path) {}

    /** One property. */
    record Property(String name, String type) {}

    private final Machine machine;

    @Activate
    public QomList(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        ObjectTree tree = machine.objects();
        return ObjectPaths.properties(tree, ObjectPaths.resolve(tree, arguments.path())).stream()
                .map(property -> new Property(property.name(), property.type()))
                .toList();
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
