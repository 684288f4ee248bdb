package org.margay.block.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -snapshot: no image is written. */
@Component
@OptionName("-snapshot")
public final class SnapshotOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return false;
    }

    @Override
    public String synopsis() {
        return "-snapshot";
    }

    @Override
    public String summary() {
        return "write to temporary files instead of images";
    }

    @Override
    public void apply(String value, MachinePlan plan) {
        plan.set(SnapshotMode.class, new SnapshotMode());
    }
}
