package org.margay.qtest.internal;

import org.margay.chardev.ChardevRequest;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -qtest: where testers come. */
@Component
@OptionName("-qtest")
public final class QtestOption implements CommandLineOption {
    private static final String LABEL = "qtest";

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-qtest dev";
    }

    @Override
    public String summary() {
        return "speak the device test protocol on a character device (with -accel qtest)";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        String label = LABEL;
        if (value.startsWith("chardev:")) {
            label = value.substring("chardev:".length());
        } else {
            plan.add(ChardevRequest.class, ChardevRequest.parseLegacy(LABEL, value, false));
        }
        plan.set(QtestPlan.Server.class, new QtestPlan.Server(label));
    }
}
