package org.margay.chardev.internal;

import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevRequest;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -parallel: there is no parallel port yet, so only what swallows all may be at the end of its cable. */
@Component
@OptionName("-parallel")
public final class ParallelOption implements CommandLineOption {
    /** Each -parallel, "none" too, counts as a port. */
    private record Port() {}

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-parallel none|null|vc";
    }

    @Override
    public String summary() {
        return "what a parallel port is connected to; the port itself is not there yet";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        int index = plan.all(Port.class).size();
        plan.add(Port.class, new Port());
        if (value.equals("none")) {
            return;
        }
        ChardevRequest request = ChardevRequest.parseLegacy("parallel" + index, value, true);
        if (!(request.backend() instanceof ChardevBackend.Null)
                && !(request.backend() instanceof ChardevBackend.VirtualConsole)) {
            throw new OptionException("there is no parallel port yet: use none, null or vc, not '" + value + "'");
        }
        plan.add(ChardevRequest.class, request);
    }

    /** A machine with all defaults has a parallel port on a console. */
    static void addDefault(MachinePlan plan) {
        if (plan.all(Port.class).isEmpty()) {
            plan.add(
                    ChardevRequest.class,
                    new ChardevRequest("parallel0", new ChardevBackend.VirtualConsole(), false, true));
        }
    }
}
