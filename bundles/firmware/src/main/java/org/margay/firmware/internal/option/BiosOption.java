package org.margay.firmware.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -bios: which image answers at the reset vector. */
@Component
@OptionName("-bios")
public final class BiosOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-bios file";
    }

    @Override
    public String summary() {
        return "start this BIOS image instead of the built-in firmware";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.set(FirmwarePlan.Bios.class, new FirmwarePlan.Bios(Required.file(value)));
    }
}
