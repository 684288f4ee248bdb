package org.margay.machine.internal.device;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.margay.machine.option.NearestName;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds device drivers by name: those that are registered, then those that the driver repository has. */
@Component(service = Drivers.class)
public final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final ServiceFinder.Kind<DeviceDriver<?, ?>> KIND =
            new ServiceFinder.Kind<>((Class) DeviceDriver.class, "driver.name", "org.margay.driver");

    private final ServiceFinder services;

    @Activate
    public Drivers(@Reference ServiceFinder services) {
        this.services = services;
    }

    /**
     * The driver of a name, installed when need be.
     *
     * @throws OptionException when there is none, with the nearest that is
     */
    public DeviceDriver<?, ?> required(String name) throws OptionException {
        return services.find(KIND, name)
                .orElseThrow(() -> new OptionException(
                        "'%s' is not a valid device model name%s".formatted(name, NearestName.hint(name, names()))));
    }

    /**
     * Has the driver of a name installed when need be, for a running machine; the nearest names of one that does not exist go to
     * the log. Not under the machine lock.
     *
     * @throws DeviceException when its bundle can't be used
     */
    public void prepare(String name) throws DeviceException {
        try {
            if (services.find(KIND, name).isEmpty()) {
                LOG.info("no driver '{}'{}", name, NearestName.hint(name, names()));
            }
        } catch (OptionException e) {
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
    }

    /** The driver of a name if it is registered now. */
    public Optional<DeviceDriver<?, ?>> registered(String name) {
        return services.registered(KIND, name);
    }

    /** For -device help. */
    public String list() {
        TreeSet<String> elsewhere = new TreeSet<>(names());
        List<DeviceDriver<?, ?>> here = services.registered(KIND).stream()
                .sorted(Comparator.comparing(DeviceDriver::name))
                .toList();
        here.forEach(driver -> elsewhere.remove(driver.name()));
        return here.stream()
                        .map(driver -> "name \"%s\", bus %s, desc \"%s\"\n"
                                .formatted(driver.name(), driver.busType(), driver.description()))
                        .collect(Collectors.joining())
                + elsewhere.stream()
                        .map(name -> "name \"%s\", in the driver repository\n".formatted(name))
                        .collect(Collectors.joining());
    }

    /** For -device DRIVER,help. */
    public String describe(String name) throws OptionException {
        Class<? extends Record> properties = required(name).propertiesType();
        return name + " options:\n" + new PropertyBinder<>(properties, Wording.ofDevice(name)).help();
    }

    /** What users can say of a driver's devices. */
    public static List<PropertyBinder.Property> properties(DeviceDriver<?, ?> driver) {
        return new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).all();
    }

    /** Of all drivers, here or in the repository, in alphabetical order. */
    public List<String> names() {
        return services.names(KIND);
    }
}
