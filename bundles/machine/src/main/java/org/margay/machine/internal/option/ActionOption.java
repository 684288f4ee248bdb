package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.DeviceException;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.GuestActions;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Component;

/** -action. */
@Component
@OptionName("-action")
public final class ActionOption implements CommandLineOption {
    private static final PropertyBinder<GuestActions.Change> BINDER =
            new PropertyBinder<>(GuestActions.Change.class, Wording.ofOption());

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-action event=action[,event=action...]";
    }

    @Override
    public String summary() {
        return """
                what is done when the guest
                reboots: reboot=reset|shutdown (default reset)
                powers off: shutdown=poweroff|pause (default poweroff)
                panics: panic=pause|shutdown|exit-failure|none (default shutdown)
                does not feed its watchdog: watchdog=reset|shutdown|poweroff|pause|debug|none|inject-nmi (default reset)""";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, null);
        try {
            BINDER.bind(values.rest()).applyTo(plan);
        } catch (DeviceException e) {
            throw new OptionException(e.description());
        }
    }
}
