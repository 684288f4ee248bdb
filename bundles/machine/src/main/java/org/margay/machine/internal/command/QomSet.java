package org.margay.machine.internal.command;

import java.util.Map;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.OtherArguments;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Changes a property of an object; the property checks the value. */
@Component(service = QmpCommand.class)
@CommandName("qom-set")
public final class QomSet implements QmpCommand<QomSet.Arguments> {
    /**
     * A property and its new value.
     *
     * @param others not looked at
     */
    public record Arguments(
            String path,
            String property,
            Object value,
            @OtherArguments Map<String, Object> others) {}

    private final Machine machine;

    @Activate
    public QomSet(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        ObjectProperty property = ObjectPaths.property(machine.objects(), arguments.path(), arguments.property());
        ObjectProperty.Setter setter = property.setter();
        if (setter == null) {
            throw QmpErrors.permissionDenied();
        }
        setter.set(arguments.value());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
