package org.margay.machine.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.property.PropertyBinder;
import org.margay.qmp.CommandName;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What can be said of a driver's devices; the driver is installed first when need be. */
@Component(service = QmpCommand.class)
@CommandName("device-list-properties")
public final class DeviceListProperties implements QmpCommand<DeviceListProperties.Arguments> {
    /**
     * Which.
     *
     * @param typename the driver's name
     */
    public record Arguments(String typename) {}

    /** One property. */
    record Described(
            String name,
            String type,
            @WireName("default-value") @Nullable String defaultValue) {}

    private final Drivers drivers;

    @Activate
    public DeviceListProperties(@Reference Drivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public void prepare(Arguments arguments, QmpSession session) throws QmpException {
        drivers.prepare(arguments.typename());
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        List<Described> all = new ArrayList<>();
        for (PropertyBinder.Property property : Drivers.properties(drivers.registered(arguments.typename())
                .orElseThrow(() -> QmpErrors.deviceNotFound(arguments.typename())))) {
            all.add(new Described(property.name(), property.typeName(), property.defaultValue()));
        }
        return all;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
