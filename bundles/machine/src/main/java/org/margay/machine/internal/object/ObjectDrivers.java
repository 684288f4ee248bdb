package org.margay.machine.internal.object;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.option.NearestName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds types of objects by name: those that are registered, then those that the driver repository has. */
@Component(service = ObjectDrivers.class)
public final class ObjectDrivers {
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final ServiceFinder.Kind<ObjectDriver<?>> KIND =
            new ServiceFinder.Kind<>((Class) ObjectDriver.class, "object.type.name", "org.margay.object");

    private final ServiceFinder services;

    @Activate
    public ObjectDrivers(@Reference ServiceFinder services) {
        this.services = services;
    }

    /**
     * The driver of a type, installed when need be.
     *
     * @throws OptionException when there is none, with the nearest that is
     */
    public ObjectDriver<?> required(String type) throws OptionException {
        List<String> names = services.names(KIND);
        return services.find(KIND, type)
                .orElseThrow(() -> new OptionException(
                        "invalid object type: %s%s".formatted(type, NearestName.hint(type, names))));
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

    /**
     * The driver of a type that is registered now.
     *
     * @throws DeviceException when there is none
     */
    public ObjectDriver<?> registered(String type) throws DeviceException {
        return services.registered(KIND, type).orElseThrow(() -> new DeviceException("invalid object type: " + type));
    }

    /** For -object help. */
    public String list() {
        return services.names(KIND).stream()
                .map(name -> "  %-12s %s\n".formatted(name, description(name)))
                .collect(Collectors.joining("", "List of user creatable objects:\n", ""));
    }

    private String description(String name) {
        Optional<ObjectDriver<?>> driver = services.registered(KIND, name);
        return driver.isPresent() ? driver.get().description() : "in the driver repository";
    }
}
