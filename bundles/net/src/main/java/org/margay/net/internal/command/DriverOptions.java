package org.margay.net.internal.command;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.NetdevDriver;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what is wrong with a backend in the protocol's usual words: an unknown option, one that is missing, text that is no number,
 * switch or size; all else is that it could not be initialized, and the log knows why.
 */
final class DriverOptions implements Wording {
    private static final Logger LOG = LoggerFactory.getLogger(DriverOptions.class);

    /** Starts a backend. */
    @FunctionalInterface
    interface Start {
        void run() throws DeviceException;
    }

    private final String type;
    private final PropertyBinder<?> binder;
    private final Set<String> own = new HashSet<>();

    DriverOptions(NetdevDriver<?> driver) {
        this.type = driver.type();
        this.binder = new PropertyBinder<>(driver.optionsType(), this);
    }

    void checkKnown(String name) throws QmpException {
        if (!binder.has(name)) {
            throw QmpErrors.invalidParameter(name);
        }
    }

    /** The options, when all are known and all that must be there are. */
    Map<String, List<String>> checked(Map<String, List<String>> options) throws QmpException {
        for (String name : options.keySet()) {
            checkKnown(name);
        }
        for (PropertyBinder.Property option : binder.all()) {
            if (option.required() && !options.containsKey(option.name())) {
                throw QmpErrors.missingParameter(option.name());
            }
        }
        return options;
    }

    void run(Start start) throws QmpException {
        try {
            start.run();
        } catch (DeviceException e) {
            if (own.contains(e.description())) {
                throw e;
            }
            LOG.warn("netdev type={}: {}", type, e.description());
            throw new QmpException("Device '%s' could not be initialized".formatted(type));
        }
    }

    @Override
    public String unknown(String name, String hint) {
        return "Invalid parameter '%s'".formatted(name);
    }

    @Override
    public String badValue(String name, String value) {
        String typeName = binder.all().stream()
                .filter(option -> option.name().equals(name))
                .map(PropertyBinder.Property::typeName)
                .findFirst()
                .orElse("");
        String expected = switch (typeName) {
            case "bool" -> "'on' or 'off'";
            case "size" -> "a size";
            case String number when number.matches("u?int\\d+") -> "a number";
            default -> "";
        };
        String text = "Parameter '%s' expects %s".formatted(name, expected.isEmpty() ? "another value" : expected);
        if (!expected.isEmpty()) {
            own.add(text);
        }
        return text;
    }
}
