package org.margay.machine.internal.command;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The events that run states send. */
@Component
public final class RunEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of("GUEST_PANICKED", "POWERDOWN", "RESET", "RESUME", "SHUTDOWN", "STOP", "SUSPEND", "WAKEUP");
    }
}
