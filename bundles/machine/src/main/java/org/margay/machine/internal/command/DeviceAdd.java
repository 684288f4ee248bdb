package org.margay.machine.internal.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.OptionException;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.internal.device.PluggedDevices;
import org.margay.machine.option.JsonOptions;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.DeviceRequest;
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

/** Plugs a device into the running machine; its driver is installed first when need be. */
@Component(service = QmpCommand.class)
@CommandName("device_add")
public final class DeviceAdd implements QmpCommand<DeviceAdd.Arguments> {
    /**
     * A device, as -device describes it.
     *
     * @param properties driver, id, bus and the driver's own; numbers and switches are taken as their text, lists and objects don't
     *     count
     */
    public record Arguments(@OtherArguments Map<String, Object> properties) {
        DeviceRequest request() throws QmpException {
            Map<String, String> texts = new LinkedHashMap<>();
            properties.forEach((name, value) -> JsonOptions.text(value).ifPresent(text -> texts.put(name, text)));
            if (!(properties.get("id") instanceof String)) {
                texts.remove("id");
            }
            KeyValues values = KeyValues.of(texts);
            Optional<String> id = wellFormed(values);
            String driver = values.string("driver").orElseThrow(() -> QmpErrors.missingParameter("driver"));
            Optional<String> bus = values.string("bus");
            return new DeviceRequest(driver, id, bus, values.rest());
        }

        private static Optional<String> wellFormed(KeyValues values) throws QmpException {
            try {
                return values.id();
            } catch (OptionException _) {
                throw QmpErrors.invalidParameterValue("id", "an identifier");
            }
        }
    }

    private final Machine machine;
    private final Drivers drivers;

    @Activate
    public DeviceAdd(@Reference Machine machine, @Reference Drivers drivers) {
        this.machine = machine;
        this.drivers = drivers;
    }

    @Override
    public void prepare(Arguments arguments, QmpSession session) throws QmpException {
        if (arguments.properties().get("driver") instanceof String name) {
            drivers.prepare(name);
        }
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        DeviceRequest request = arguments.request();
        PluggedDevices devices = PluggedDevices.of(machine);
        devices.checkFree(request);
        devices.hotplug(
                drivers.registered(request.driver())
                        .orElseThrow(() -> new DeviceException("Parameter 'driver' expects device type")),
                request);
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
