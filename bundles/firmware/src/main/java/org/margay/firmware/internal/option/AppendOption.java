package org.margay.firmware.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -append: the command line of the kernel. */
@Component
@OptionName("-append")
public final class AppendOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-append text";
    }

    @Override
    public String summary() {
        return "the kernel's command line";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.set(FirmwarePlan.CommandLine.class, new FirmwarePlan.CommandLine(value));
    }
}
