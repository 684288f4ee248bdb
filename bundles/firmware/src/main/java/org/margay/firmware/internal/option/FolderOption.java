package org.margay.firmware.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -L: where firmware files are. */
@Component
@OptionName("-L")
public final class FolderOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-L path";
    }

    @Override
    public String summary() {
        return "look for firmware in this folder; may be given several times";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.add(FirmwarePlan.Folder.class, new FirmwarePlan.Folder(Required.file(value)));
    }
}
