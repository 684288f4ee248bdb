package org.margay.pc.internal;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The events that the PC's chips send. */
@Component
public final class PcEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of("RTC_CHANGE");
    }
}
