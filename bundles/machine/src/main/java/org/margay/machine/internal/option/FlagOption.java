package org.margay.machine.internal.option;

import java.util.function.Consumer;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionName;
import org.margay.machine.plan.GuestActions;
import org.margay.machine.plan.MachineFlag;
import org.osgi.service.component.annotations.Component;

/** Options that take no value: most of them set a {@link MachineFlag}. */
abstract class FlagOption implements CommandLineOption {
    private final Consumer<MachinePlan> effect;
    private final String name;
    private final String summary;

    FlagOption(MachineFlag flag, String name, String summary) {
        this(plan -> plan.add(MachineFlag.class, flag), name, summary);
    }

    FlagOption(Consumer<MachinePlan> effect, String name, String summary) {
        this.effect = effect;
        this.name = name;
        this.summary = summary;
    }

    @Override
    public boolean takesValue() {
        return false;
    }

    @Override
    public String synopsis() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void apply(String value, MachinePlan plan) {
        effect.accept(plan);
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-S")
    public static final class StartPaused extends FlagOption {
        public StartPaused() {
            super(MachineFlag.START_PAUSED, "-S", "do not start the guest; 'cont' does");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-no-reboot")
    public static final class NoReboot extends FlagOption {
        public NoReboot() {
            super(
                    GuestActions.Change.of(GuestActions.Reboot.SHUTDOWN)::applyTo,
                    "-no-reboot",
                    "exit instead of rebooting: -action reboot=shutdown");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-no-shutdown")
    public static final class NoShutdown extends FlagOption {
        public NoShutdown() {
            super(
                    GuestActions.Change.of(GuestActions.Shutdown.PAUSE)::applyTo,
                    "-no-shutdown",
                    "stop instead of exiting when the guest powers off: -action shutdown=pause");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-nodefaults")
    public static final class NoDefaults extends FlagOption {
        public NoDefaults() {
            super(MachineFlag.NO_DEFAULTS, "-nodefaults", "no devices that were not asked for");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-nographic")
    public static final class NoGraphic extends FlagOption {
        public NoGraphic() {
            super(
                    MachineFlag.NO_GRAPHIC,
                    "-nographic",
                    "no display; first serial port and monitor on this terminal, Ctrl-A h for help");
        }
    }
}
