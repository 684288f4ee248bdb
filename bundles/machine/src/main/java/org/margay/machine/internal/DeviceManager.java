package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.OptionException;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.GlobalProperty;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Builds the devices that users ask for: finds the driver, binds its properties, picks the bus, plugs. */
@Component
public final class DeviceManager implements MachinePart {
    private final Drivers drivers;

    @Activate
    public DeviceManager(@Reference Drivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public Stage stage() {
        return Stage.DEVICES;
    }

    @Override
    public void build(Machine machine) throws DeviceException {
        List<Device<?>> plugged = new ArrayList<>();
        machine.onReset(() -> plugged.forEach(Device::reset));
        machine.onClose(() -> plugged.reversed().forEach(Device::close));
        for (BoardDevice device : machine.plan().all(BoardDevice.class)) {
            plugged.add(make(
                    machine,
                    device.request(),
                    freePath(machine),
                    device.request().driver()));
        }
        int anonymous = 0;
        for (DeviceRequest request : machine.plan().all(DeviceRequest.class)) {
            String path = request.id()
                    .map("/machine/peripheral/"::concat)
                    .orElse("/machine/peripheral-anon/device[" + anonymous + "]");
            if (request.id().isEmpty()) {
                anonymous++;
            } else if (machine.objects().find(path).isPresent()) {
                throw new DeviceException(
                        "Duplicate device ID '%s'".formatted(request.id().get()));
            }
            plugged.add(make(machine, request, path, "-device " + request.driver()));
        }
    }

    private Device<?> make(Machine machine, DeviceRequest request, String path, String asked) throws DeviceException {
        try {
            return plug(machine, drivers.required(request.driver()), request, path);
        } catch (OptionException e) {
            throw new DeviceException("%s: %s".formatted(asked, e.getMessage()));
        } catch (DeviceException e) {
            throw new DeviceException(e.errorClass(), "%s: %s".formatted(asked, e.description()));
        }
    }

    private static String freePath(Machine machine) {
        for (int i = 0; ; i++) {
            String path = "/machine/unattached/device[" + i + "]";
            if (machine.objects().find(path).isEmpty()) {
                return path;
            }
        }
    }

    private static <P extends Record, S extends Record> Device<S> plug(
            Machine machine, DeviceDriver<P, S> driver, DeviceRequest request, String path) throws DeviceException {
        Map<String, String> values = new HashMap<>();
        for (GlobalProperty global : machine.plan().all(GlobalProperty.class)) {
            if (global.driver().equals(driver.name())) {
                values.put(global.property(), global.value());
            }
        }
        values.putAll(request.properties());
        P properties = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).bind(values);
        Device<S> device = driver.create(properties, new Context(machine, request.id(), request.id().orElse(driver.name() + ".0"), bus(machine, driver, request)));
        machine.objects().add(path, new Node(driver.name(), properties));
        return device;
    }

    private static Bus bus(Machine machine, DeviceDriver<?, ?> driver, DeviceRequest request) throws DeviceException {
        if (request.bus().isEmpty()) {
            return machine.buses()
                    .firstOf(driver.busType())
                    .orElseThrow(() -> new DeviceException(
                            "No '%s' bus found for device '%s'".formatted(driver.busType(), driver.name())));
        }
        String name = request.bus().get();
        Bus bus = machine.buses()
                .find(name)
                .orElseThrow(() -> new DeviceException("Bus '%s' not found%s"
                        .formatted(
                                name,
                                NearestName.hint(
                                        name,
                                        machine.buses().all().stream()
                                                .map(Bus::name)
                                                .toList()))));
        if (!bus.type().equals(driver.busType())) {
            throw new DeviceException("Device '%s' can't go on a %s bus".formatted(driver.name(), bus.type()));
        }
        return bus;
    }

    /** What a driver sees of the world. */
    private record Context(Machine machine, Optional<String> id, String label, Bus bus) implements DeviceContext {
        @Override
        public <T> T backend(Class<T> kind, String backendId) throws DeviceException {
            return machine.backends()
                    .find(kind, backendId)
                    .orElseThrow(() -> new DeviceException("Property '%s' can't find value '%s'"
                            .formatted(kind.getSimpleName().toLowerCase(Locale.ROOT), backendId)));
        }
    }

    /** A device in the object tree: its properties as they were given. */
    private record Node(String typeName, Record source) implements ObjectNode {
        @Override
        public Collection<ObjectProperty> properties() {
            List<ObjectProperty> all = new ArrayList<>();
            PropertyBinder.values(source)
                    .forEach((name, value) -> all.add(ObjectProperty.readOnly(name, typeOf(value), () -> value)));
            return all;
        }

        private static String typeOf(Object value) {
            return switch (value) {
                case Boolean _ -> "bool";
                case Integer _ -> "int32";
                case Long _ -> "int64";
                default -> "string";
            };
        }
    }
}
