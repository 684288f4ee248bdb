package org.margay.virtio.serial.internal;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The event that ports send. */
@Component
public final class PortEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of(Port.CHANGE_EVENT);
    }
}
