package org.margay.machine.internal.command;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The events of devices that come and go. */
@Component
public final class DeviceEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of("DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR");
    }
}
