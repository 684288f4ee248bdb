package org.margay.net.internal.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.OptionException;
import org.margay.machine.option.JsonOptions;
import org.margay.machine.option.KeyValues;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.NetdevDrivers;
import org.margay.net.internal.NetdevRequest;
import org.margay.net.internal.Netdevs;
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

/** Adds a backend for cards to use; its driver is installed first when need be. */
@Component(service = QmpCommand.class)
@CommandName("netdev_add")
public final class NetdevAdd implements QmpCommand<NetdevAdd.Arguments> {
    /**
     * A backend, as -netdev describes it.
     *
     * @param type of its driver
     * @param id for cards to name
     * @param options of its driver, as {@link JsonOptions} reads them
     */
    public record Arguments(
            Optional<Object> type,
            Optional<Object> id,
            @OtherArguments Map<String, @Nullable Object> options) {}

    private final Machine machine;
    private final NetdevDrivers drivers;

    @Activate
    public NetdevAdd(@Reference Machine machine, @Reference NetdevDrivers drivers) {
        this.machine = machine;
        this.drivers = drivers;
    }

    @Override
    public void prepare(Arguments arguments, QmpSession session) throws QmpException {
        if (arguments.type().orElse(null) instanceof String type) {
            drivers.prepare(type);
        }
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        Optional<String> id = id(arguments);
        if (id.isPresent()) {
            Netdevs.of(machine).checkFree(id.get());
        }
        String type = arguments.type().map(Object::toString).orElseThrow(() -> QmpErrors.missingParameter("type"));
        NetdevDriver<?> driver = drivers.registered(type)
                .orElseThrow(() -> QmpErrors.invalidParameterValue("type", "a netdev backend type"));
        DriverOptions wording = new DriverOptions(driver);
        for (String ofNet : List.of("vlan", "name")) {
            if (arguments.options().containsKey(ofNet)) {
                wording.checkKnown(ofNet);
            }
        }
        NetdevRequest request = new NetdevRequest(
                driver.type(),
                id.orElseThrow(() -> QmpErrors.missingParameter("id")),
                wording.checked(JsonOptions.read(arguments.options())),
                Optional.empty());
        wording.run(() -> Netdevs.of(machine).create(driver, request, wording));
        return Empty.EMPTY;
    }

    private static Optional<String> id(Arguments arguments) throws QmpException {
        Map<String, String> values = new LinkedHashMap<>();
        if (arguments.id().orElse(null) instanceof String text) {
            values.put("id", text);
        }
        try {
            return KeyValues.of(values).id();
        } catch (OptionException _) {
            throw QmpErrors.invalidParameterValue("id", "an identifier");
        }
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
