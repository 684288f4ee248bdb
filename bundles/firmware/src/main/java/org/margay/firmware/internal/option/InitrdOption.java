package org.margay.firmware.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -initrd: what the kernel finds in memory. */
@Component
@OptionName("-initrd")
public final class InitrdOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-initrd file";
    }

    @Override
    public String summary() {
        return "the kernel's initial RAM disk, or a multiboot kernel's modules: file arg,file2";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.set(FirmwarePlan.InitialRamDisk.class, new FirmwarePlan.InitialRamDisk(Required.file(value)));
    }
}
