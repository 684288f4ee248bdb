package org.margay.machine.internal.device;

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
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.GlobalProperty;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.qmp.ErrorClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes instances of drivers: binds their properties, finds the bus, and takes what a driver throws for a refusal. */
final class DeviceMaker {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceMaker.class);

    private final Machine machine;

    DeviceMaker(Machine machine) {
        this.machine = machine;
    }

    /**
     * Makes and plugs.
     *
     * @param returning whether it was there before, see {@link DeviceContext#returning()}
     * @throws DeviceException when the properties are wrong, or the driver can't or fails
     */
    <P extends Record, S extends Record> PluggedDevice<P, S> make(
            DeviceDriver<P, S> driver, Bus bus, DeviceIdentity identity, boolean returning) throws DeviceException {
        Map<String, String> values = new HashMap<>();
        for (GlobalProperty global : machine.plan().all(GlobalProperty.class)) {
            if (global.driver().equals(driver.name())) {
                values.put(global.property(), global.value());
            }
        }
        values.putAll(identity.said());
        try {
            P properties = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).bind(values);
            Device<S> device =
                    driver.create(properties, new Context(machine, identity.id(), identity.label(), bus, returning));
            return new PluggedDevice<>(identity, driver, bus, properties, device);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            LOG.error("driver {} failed to make a device", driver.name(), e);
            throw new DeviceException("Device '%s' could not be initialized".formatted(driver.name()));
        }
    }

    /** The bus that is named, or the first one of the driver's type that has room. */
    Bus bus(DeviceDriver<?, ?> driver, Optional<String> name) throws DeviceException {
        if (name.isPresent()) {
            Bus bus = named(atEndOf(name.get()));
            if (!bus.type().equals(driver.busType())) {
                throw new DeviceException("Device '%s' can't go on a %s bus".formatted(driver.name(), bus.type()));
            }
            return bus;
        }
        List<Bus> fitting = machine.buses().all().stream()
                .filter(bus -> bus.type().equals(driver.busType()))
                .toList();
        return fitting.stream()
                .filter(Bus::hasRoom)
                .findFirst()
                .or(() -> fitting.stream().findFirst())
                .orElseThrow(() -> new DeviceException(
                        "No '%s' bus found for device '%s'".formatted(driver.busType(), driver.name())));
    }

    /** The bus that a path of devices and buses leads to: "/dev/bus". */
    private String atEndOf(String path) throws DeviceException {
        if (!path.startsWith("/")) {
            return path;
        }
        String[] elements = path.substring(1).split("/", -1);
        if (machine.objects().find("/machine/peripheral/" + elements[0]).isEmpty()) {
            throw new DeviceException(ErrorClass.DeviceNotFound, "Device '%s' not found".formatted(elements[0]));
        }
        return elements[elements.length - 1];
    }

    private Bus named(String name) throws DeviceException {
        List<String> names = machine.buses().all().stream().map(Bus::name).toList();
        return machine.buses()
                .find(name)
                .orElseThrow(() ->
                        new DeviceException("Bus '%s' not found%s".formatted(name, NearestName.hint(name, names))));
    }

    /** What a driver sees of the world. */
    private record Context(Machine machine, Optional<String> id, String label, Bus bus, boolean returning)
            implements DeviceContext {
        @Override
        public <T> T backend(Class<T> kind, String backendId) throws DeviceException {
            return machine.backends()
                    .find(kind, backendId)
                    .orElseThrow(() -> new DeviceException("Property '%s' can't find value '%s'"
                            .formatted(kind.getSimpleName().toLowerCase(Locale.ROOT), backendId)));
        }
    }
}
