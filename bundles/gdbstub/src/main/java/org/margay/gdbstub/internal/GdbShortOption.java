package org.margay.gdbstub.internal;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -s. */
@Component
@OptionName("-s")
public final class GdbShortOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return false;
    }

    @Override
    public String synopsis() {
        return "-s";
    }

    @Override
    public String summary() {
        return "shorthand for -gdb tcp::1234";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        GdbOption.listen("tcp::1234", plan);
    }
}
