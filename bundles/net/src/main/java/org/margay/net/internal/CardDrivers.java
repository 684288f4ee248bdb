package org.margay.net.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.margay.machine.DeviceDriver;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.MacAddress;
import org.margay.net.NicProperties;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds drivers of network cards by the names that -nic and -net nic use. */
@Component(service = CardDrivers.class)
public final class CardDrivers {
    /** The card of a machine whose user does not say. */
    public static final String DEFAULT = "e1000";

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final ServiceFinder.Kind<DeviceDriver<?, ?>> DRIVER =
            new ServiceFinder.Kind<>((Class) DeviceDriver.class, "driver.name", "org.margay.driver");

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final ServiceFinder.Kind<DeviceDriver<?, ?>> MODEL =
            new ServiceFinder.Kind<>((Class) DeviceDriver.class, "nic.model", "org.margay.nic");

    private final ServiceFinder services;

    @Activate
    public CardDrivers(@Reference ServiceFinder services) {
        this.services = services;
    }

    /**
     * The driver of a card, installed when need be.
     *
     * @throws OptionException when there is none, with the nearest that is
     */
    DeviceDriver<?, ?> required(String model) throws OptionException {
        Optional<DeviceDriver<?, ?>> named = services.find(MODEL, model);
        if (named.isEmpty()) {
            named = services.find(DRIVER, model).filter(CardDrivers::isCard);
        }
        return named.orElseThrow(() ->
                new OptionException("Unsupported NIC model: %s%s".formatted(model, NearestName.hint(model, models()))));
    }

    /** Whether a driver of some name is registered, or in the repository. */
    boolean exists(String name) {
        return services.names(DRIVER).contains(name);
    }

    /** Whether a device is a network card, as far as that can be known without making its driver be installed. */
    boolean isCard(DeviceRequest request) {
        return services.registered(DRIVER, request.driver())
                .filter(CardDrivers::isCard)
                .isPresent();
    }

    private static boolean isCard(DeviceDriver<?, ?> driver) {
        return has(driver.propertiesType(), NicProperties.class);
    }

    private static boolean has(Class<?> record, Class<?> part) {
        return Arrays.stream(record.getRecordComponents())
                .map(component -> component.getType())
                .anyMatch(type -> type == part || (type.isRecord() && has(type, part)));
    }

    private Set<String> models() {
        Set<String> models = new TreeSet<>(services.names(MODEL));
        services.registered(DRIVER).stream()
                .filter(CardDrivers::isCard)
                .map(DeviceDriver::name)
                .forEach(models::add);
        return models;
    }

    /** For model=help. */
    public String list() {
        return "Available NIC models:\n" + String.join("\n", models()) + "\n";
    }

    /**
     * A card.
     *
     * @param name what its end of the wire is called, or empty for the driver's name and a number
     * @param wanted properties of the card; those of no meaning to it ("vectors") are left out
     * @throws OptionException when there is no such card, or its address is none
     */
    public CardRequest request(String model, Optional<String> name, Map<String, String> wanted) throws OptionException {
        DeviceDriver<?, ?> driver = required(model);
        Map<String, String> properties = new LinkedHashMap<>(wanted);
        if (properties.containsKey("mac")) {
            checkAddress(properties.get("mac"));
        }
        if (!new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(model)).has("vectors")) {
            properties.remove("vectors");
        }
        return new CardRequest(new DeviceRequest(driver.name(), name, Optional.empty(), properties));
    }

    private static void checkAddress(String text) throws OptionException {
        MacAddress address;
        try {
            address = MacAddress.parse(text);
        } catch (IllegalArgumentException _) {
            throw new OptionException("invalid syntax for ethernet address: '%s'".formatted(text));
        }
        if (address.isGroup()) {
            throw new OptionException("NIC cannot have multicast MAC address: '%s'".formatted(text));
        }
    }
}
