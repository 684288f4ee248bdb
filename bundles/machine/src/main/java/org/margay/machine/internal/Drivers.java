package org.margay.machine.internal;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.margay.machine.DeviceDriver;
import org.margay.machine.OptionException;
import org.margay.machine.option.NearestName;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds device drivers by name: those that are registered, then those that the driver repository has. */
@Component(service = Drivers.class)
public final class Drivers {
    private static final String NAME = "driver.name";
    private static final String NAMESPACE = "org.margay.driver";

    private final Services services;
    private final OnDemand onDemand;

    @Activate
    public Drivers(@Reference Services services, @Reference OnDemand onDemand) {
        this.services = services;
        this.onDemand = onDemand;
    }

    /**
     * The driver of a name.
     *
     * @throws OptionException when there is none, with the nearest that is
     */
    public DeviceDriver<?, ?> required(String name) throws OptionException {
        return onDemand.find(DeviceDriver.class, NAME, NAMESPACE, name)
                .<DeviceDriver<?, ?>>map(driver -> driver)
                .orElseThrow(() -> new OptionException(
                        "'%s' is not a valid device model name%s".formatted(name, NearestName.hint(name, names()))));
    }

    /** For -device help. */
    public String list() {
        TreeSet<String> elsewhere = new TreeSet<>(onDemand.names(NAMESPACE));
        List<DeviceDriver<?, ?>> here = services.all(DeviceDriver.class).stream()
                .<DeviceDriver<?, ?>>map(driver -> driver)
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
        DeviceDriver<?, ?> driver = required(name);
        return new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(name))
                .all().stream()
                        .sorted(Comparator.comparing(PropertyBinder.Property::name))
                        .map(property -> "  %s=<%s>%s\n"
                                .formatted(
                                        property.name(),
                                        property.typeName(),
                                        note(property)))
                        .collect(Collectors.joining("", name + " options:\n", ""));
    }

    private static String note(PropertyBinder.Property property) {
        return property.required()
                ? "  (required)"
                : property.defaultValue() == null ? "" : "  (default: " + property.defaultValue() + ")";
    }

    /** Of all drivers, here or in the repository, in alphabetical order. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>(services.names(DeviceDriver.class, NAME));
        names.addAll(onDemand.names(NAMESPACE));
        return List.copyOf(names);
    }
}
