package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.GuestIdentity;
import org.osgi.service.component.annotations.Component;

/** -name. */
@Component
@OptionName("-name")
public final class NameOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-name [guest=]string[,process=string][,debug-threads=on|off]";
    }

    @Override
    public String summary() {
        return "the guest's name, for query-name; a JVM can't rename its process, so the rest is only checked";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "guest");
        String name = values.string("guest").orElse("");
        values.ignore("process");
        values.flag("debug-threads");
        values.finish();
        plan.set(GuestIdentity.class, GuestIdentity.in(plan).withName(name));
    }
}
