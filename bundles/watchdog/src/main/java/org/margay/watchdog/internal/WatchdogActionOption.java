package org.margay.watchdog.internal;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.plan.GuestActions;
import org.osgi.service.component.annotations.Component;

/** -watchdog-action: -action watchdog=. */
@Component
@OptionName("-watchdog-action")
public final class WatchdogActionOption implements CommandLineOption {
    private static final String ACTIONS =
            Arrays.stream(GuestActions.Watchdog.values()).map(Object::toString).collect(Collectors.joining("|"));

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-watchdog-action " + ACTIONS;
    }

    @Override
    public String summary() {
        return "what an expired watchdog does, reset by default";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        GuestActions.Watchdog action = Arrays.stream(GuestActions.Watchdog.values())
                .filter(known -> known.toString().equals(value))
                .findFirst()
                .orElseThrow(
                        () -> new OptionException("Unknown -watchdog-action parameter, expected one of " + ACTIONS));
        GuestActions.Change.of(action).applyTo(plan);
    }
}
