package org.margay.qmp.server.internal;

import java.util.List;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.osgi.service.component.annotations.Component;

/** -mon: a monitor on a chardev. */
@Component
@OptionName("-mon")
public final class MonOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-mon [chardev=]id,mode=control[,pretty=on|off]";
    }

    @Override
    public String summary() {
        return "offers QMP on a chardev";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "chardev");
        String chardev = values.required("chardev");
        String mode = values.choice("mode", List.of("control", "readline")).orElse("readline");
        boolean pretty = values.flag("pretty").orElse(false);
        values.ignore("default");
        values.finish();
        if (mode.equals("readline")) {
            throw new OptionException("the human monitor is not there yet: use mode=control");
        }
        plan.add(MonitorRequest.class, new MonitorRequest(chardev, pretty));
    }
}
