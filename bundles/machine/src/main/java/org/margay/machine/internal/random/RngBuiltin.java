package org.margay.machine.internal.random;

import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.object.ObjectTypeName;
import org.margay.machine.object.UserObject;
import org.margay.machine.random.BuiltInRandom;
import org.osgi.service.component.annotations.Component;

/** Objects of type "rng-builtin". */
@Component(service = ObjectDriver.class)
@ObjectTypeName(BuiltInRandom.TYPE)
public final class RngBuiltin implements ObjectDriver<RngBuiltin.Properties> {
    /** There is nothing to be said. */
    public record Properties() {}

    @Override
    public String type() {
        return BuiltInRandom.TYPE;
    }

    @Override
    public String description() {
        return "random numbers of this Java's generator";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public UserObject create(String id, Properties properties, Machine machine) {
        return new BuiltInRandom(machine);
    }
}
