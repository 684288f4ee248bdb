package org.margay.machine.internal.random;

import java.nio.file.Files;
import java.nio.file.Path;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.object.ObjectTypeName;
import org.margay.machine.object.UserObject;
import org.margay.machine.property.Default;
import org.osgi.service.component.annotations.Component;

/** Objects of type "rng-random". */
@Component(service = ObjectDriver.class)
@ObjectTypeName(RngRandom.TYPE)
public final class RngRandom implements ObjectDriver<RngRandom.Properties> {
    static final String TYPE = "rng-random";

    /**
     * What users can say.
     *
     * @param filename what the bytes are read from
     */
    public record Properties(@Default("/dev/urandom") String filename) {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String description() {
        return "random numbers of a device of the host, or of a file";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public UserObject create(String id, Properties properties, Machine machine) throws DeviceException {
        Path file = Path.of(properties.filename());
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new DeviceException("Could not open '%s'".formatted(file));
        }
        return new RandomFile(machine, file);
    }
}
