package org.margay.net.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.margay.machine.option.NearestName;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.NetdevDriver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds types of backends by name: those that are registered, then those that the driver repository has. */
@Component(service = NetdevDrivers.class)
public final class NetdevDrivers {
    /** Service property that holds a driver's names. */
    static final String NAME = "netdev.name";

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final ServiceFinder.Kind<NetdevDriver<?>> KIND =
            new ServiceFinder.Kind<>((Class) NetdevDriver.class, NAME, "org.margay.netdev");

    private final ServiceFinder services;

    @Activate
    public NetdevDrivers(@Reference ServiceFinder services) {
        this.services = services;
    }

    /**
     * The driver of a type, installed when need be.
     *
     * @param expected what the type is to be, for the error
     * @throws OptionException when there is none, with the nearest that is
     */
    public NetdevDriver<?> required(String type, String expected) throws OptionException {
        return services.find(KIND, type)
                .orElseThrow(() -> new OptionException("Parameter 'type' expects %s, not '%s'%s"
                        .formatted(expected, type, NearestName.hint(type, names()))));
    }

    /**
     * Has the driver of a type installed when need be. Not under the machine lock.
     *
     * @throws DeviceException when its bundle can't be used
     */
    public void prepare(String type) throws DeviceException {
        try {
            var _ = services.find(KIND, type);
        } catch (OptionException e) {
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
    }

    /** The driver of a type if it is registered now. */
    public Optional<NetdevDriver<?>> registered(String type) {
        return services.registered(KIND, type);
    }

    /** Of all drivers, here or in the repository, in alphabetical order. */
    public List<String> names() {
        return services.names(KIND);
    }

    /** For help: a line for each. */
    public String list() {
        return names().stream()
                .map(name -> registered(name)
                        .map(driver -> "%-8s %s\n".formatted(name, driver.description()))
                        .orElse("%-8s in the driver repository\n".formatted(name)))
                .collect(Collectors.joining("", "Available netdev backend types:\n", ""));
    }

    /** For -netdev TYPE,help. */
    public static String describe(NetdevDriver<?> driver) {
        return driver.type() + " options:\n" + new PropertyBinder<>(driver.optionsType(), Wording.ofOption()).help();
    }
}
