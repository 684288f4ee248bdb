package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/**
 * Options of subsystems that are not here yet: "none" is what there is, and the only value taken. The subsystem's bundle brings
 * its own option of the name, which ranks higher.
 */
abstract class NoneOption implements CommandLineOption {
    private final String name;

    NoneOption(String name) {
        this.name = name;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return name + " none";
    }

    @Override
    public String summary() {
        return "other values are not in this version yet";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        if (!value.equals("none")) {
            throw new OptionException("not in this version of Margay yet; only 'none' is");
        }
    }

    @Component(service = CommandLineOption.class, property = "service.ranking:Integer=-1")
    @OptionName("-display")
    public static final class Display extends NoneOption {
        public Display() {
            super("-display");
        }
    }

    @Component(service = CommandLineOption.class, property = "service.ranking:Integer=-1")
    @OptionName("-vga")
    public static final class Vga extends NoneOption {
        public Vga() {
            super("-vga");
        }
    }
}
