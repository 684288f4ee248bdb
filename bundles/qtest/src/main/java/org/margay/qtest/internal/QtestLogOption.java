package org.margay.qtest.internal;

import java.nio.file.Path;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -qtest-log: what testers said and heard. */
@Component
@OptionName("-qtest-log")
public final class QtestLogOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-qtest-log file|none";
    }

    @Override
    public String summary() {
        return "write each line of the device test protocol to a file; none for not";
    }

    @Override
    public void apply(String value, MachinePlan plan) {
        if (!value.equals("none")) {
            plan.set(QtestPlan.Log.class, new QtestPlan.Log(Path.of(value)));
        }
    }
}
