package org.margay.machine.internal.option;

import java.util.List;
import java.util.Map;
import org.margay.machine.CommandLineOption;
import org.margay.machine.DeviceException;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.internal.object.ObjectDrivers;
import org.margay.machine.internal.object.ObjectRequest;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.option.KeyValues;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -object. */
@Component
@OptionName("-object")
public final class ObjectOption implements CommandLineOption {
    private final ObjectDrivers drivers;

    @Activate
    public ObjectOption(@Reference ObjectDrivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-object type,id=id[,prop=value...]";
    }

    @Override
    public String summary() {
        return "make an object that others name by its id; -object help lists the types";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "qom-type");
        String type = values.required("qom-type");
        if (type.equals("help") || type.equals("?")) {
            throw OptionException.help(drivers.list());
        }
        ObjectDriver<?> driver = drivers.required(type);
        PropertyBinder<?> binder = new PropertyBinder<>(driver.propertiesType(), Wording.ofOption());
        if (values.string("help").isPresent() || values.string("?").isPresent()) {
            throw OptionException.help(type + " options:\n" + binder.help());
        }
        String id = values.id().orElseThrow(() -> new OptionException("Parameter 'id' is missing"));
        Map<String, List<String>> properties = binder.take(values);
        try {
            binder.bindAll(properties);
        } catch (DeviceException e) {
            throw new OptionException(e.description());
        }
        plan.add(ObjectRequest.class, new ObjectRequest(type, id, properties));
    }
}
