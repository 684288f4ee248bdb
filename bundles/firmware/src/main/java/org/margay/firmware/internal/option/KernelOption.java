package org.margay.firmware.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -kernel: what to start without a boot loader. */
@Component
@OptionName("-kernel")
public final class KernelOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-kernel file";
    }

    @Override
    public String summary() {
        return "start this kernel (Linux bzImage or multiboot) without a boot loader";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.set(FirmwarePlan.Kernel.class, new FirmwarePlan.Kernel(Required.file(value)));
    }
}
