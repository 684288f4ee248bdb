package org.margay.qmp.server.internal;

import org.margay.chardev.ChardevRequest;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -monitor: there is no human monitor yet, so it can only be where nobody sees it. */
@Component
@OptionName("-monitor")
public final class MonitorOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-monitor none";
    }

    @Override
    public String summary() {
        return "where the human monitor is; it is not there yet";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        String label = MonitorRequest.nextLabel(plan);
        switch (value) {
            case "none" -> {}
            case "null", "vc" -> plan.add(ChardevRequest.class, ChardevRequest.parseLegacy(label, value, false));
            default -> throw new OptionException("the human monitor is not there yet: use none, not '" + value + "'");
        }
    }
}
