package org.margay.pvpanic.internal;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The event that these devices send themselves; GUEST_PANICKED is the machine's. */
@Component
public final class PanicEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of(PanicRegister.CRASH_LOADED_EVENT);
    }
}
