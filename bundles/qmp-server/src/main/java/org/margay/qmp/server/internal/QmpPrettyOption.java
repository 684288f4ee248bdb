package org.margay.qmp.server.internal;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -qmp-pretty: a QMP monitor for people's eyes. */
@Component
@OptionName("-qmp-pretty")
public final class QmpPrettyOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-qmp-pretty dev";
    }

    @Override
    public String summary() {
        return "like -qmp, what is sent is indented";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        MonitorRequest.add(value, true, plan);
    }
}
