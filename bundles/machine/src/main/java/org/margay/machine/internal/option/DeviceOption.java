package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.DeviceRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -device. */
@Component
@OptionName("-device")
public final class DeviceOption implements CommandLineOption {
    private final Drivers drivers;

    @Activate
    public DeviceOption(@Reference Drivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-device driver[,id=id][,bus=bus][,prop=value...]";
    }

    @Override
    public String summary() {
        return "add a device; -device help lists the drivers, -device driver,help their properties";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "driver");
        String driver = values.required("driver");
        if (driver.equals("help") || driver.equals("?")) {
            throw OptionException.help(drivers.list());
        }
        if (values.string("help").isPresent() || values.string("?").isPresent()) {
            throw OptionException.help(drivers.describe(driver));
        }
        drivers.required(driver);
        plan.add(DeviceRequest.class, DeviceRequest.parse(value));
    }
}
