package org.margay.chardev.internal;

import org.margay.chardev.Chardev;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.object.ObjectTypeName;
import org.margay.machine.object.UserObject;
import org.osgi.service.component.annotations.Component;

/** Objects of type "rng-egd". */
@Component(service = ObjectDriver.class)
@ObjectTypeName(RngEgd.TYPE)
public final class RngEgd implements ObjectDriver<RngEgd.Properties> {
    static final String TYPE = "rng-egd";

    /**
     * What users can say.
     *
     * @param chardev where the daemon is
     */
    public record Properties(String chardev) {
        public Properties {
            if (chardev == null) {
                throw new IllegalArgumentException("Parameter 'chardev' is missing");
            }
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String description() {
        return "random numbers of an entropy gathering daemon";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public UserObject create(String id, Properties properties, Machine machine) throws DeviceException {
        Chardev chardev = machine.backends()
                .find(Chardev.class, properties.chardev())
                .orElseThrow(() -> new DeviceException("Device '%s' not found".formatted(properties.chardev())));
        if (chardev.attached()) {
            throw new DeviceException("Device '%s' is in use".formatted(properties.chardev()));
        }
        return new EntropyDaemon(chardev);
    }
}
