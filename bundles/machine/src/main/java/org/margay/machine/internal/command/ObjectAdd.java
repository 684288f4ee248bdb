package org.margay.machine.internal.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.OptionException;
import org.margay.machine.internal.object.ObjectDrivers;
import org.margay.machine.internal.object.ObjectRequest;
import org.margay.machine.internal.object.UserObjects;
import org.margay.machine.option.JsonOptions;
import org.margay.machine.option.KeyValues;
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

/** Makes an object that others name by its id; its driver is installed first when need be. */
@Component(service = QmpCommand.class)
@CommandName("object-add")
public final class ObjectAdd implements QmpCommand<ObjectAdd.Arguments> {
    /**
     * An object, as -object describes it.
     *
     * @param qomType its type
     * @param props its properties, as older clients give them
     * @param others its properties
     */
    public record Arguments(
            String qomType,
            String id,
            Optional<Map<String, @Nullable Object>> props,
            @OtherArguments Map<String, @Nullable Object> others) {
        Map<String, List<String>> properties() throws QmpException {
            Map<String, @Nullable Object> all = new LinkedHashMap<>(others);
            props.ifPresent(all::putAll);
            return JsonOptions.read(all);
        }
    }

    private final Machine machine;
    private final ObjectDrivers drivers;

    @Activate
    public ObjectAdd(@Reference Machine machine, @Reference ObjectDrivers drivers) {
        this.machine = machine;
        this.drivers = drivers;
    }

    @Override
    public void prepare(Arguments arguments, QmpSession session) throws QmpException {
        drivers.prepare(arguments.qomType());
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        try {
            var _ = KeyValues.of(Map.of("id", arguments.id())).id();
        } catch (OptionException _) {
            throw QmpErrors.invalidParameterValue("id", "an identifier");
        }
        UserObjects.of(machine)
                .add(
                        drivers.registered(arguments.qomType()),
                        new ObjectRequest(arguments.qomType(), arguments.id(), arguments.properties()));
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
