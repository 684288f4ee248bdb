package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.internal.Accelerators;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.AcceleratorChoice;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -accel. */
@Component
@OptionName("-accel")
public final class AccelOption implements CommandLineOption {
    private final Accelerators accelerators;

    @Activate
    public AccelOption(@Reference Accelerators accelerators) {
        this.accelerators = accelerators;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-accel [accel=]name[,prop=value...]";
    }

    @Override
    public String summary() {
        return "what runs the processors; -accel help lists them";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "accel");
        String name = values.required("accel");
        if (name.equals("help") || name.equals("?")) {
            throw OptionException.help("Accelerators supported:\n" + String.join("\n", accelerators.names()));
        }
        String found = accelerators.firstOf(name);
        plan.set(AcceleratorChoice.class, new AcceleratorChoice(found, values.rest()));
    }
}
