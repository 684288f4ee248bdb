package org.margay.watchdog.internal;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The event that watchdogs send. */
@Component
public final class WatchdogEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of(Expiry.EVENT);
    }
}
