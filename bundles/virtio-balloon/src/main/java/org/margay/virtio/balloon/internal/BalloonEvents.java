package org.margay.virtio.balloon.internal;

import java.util.List;
import org.margay.qmp.QmpEventSource;
import org.osgi.service.component.annotations.Component;

/** The event that balloons send. */
@Component
public final class BalloonEvents implements QmpEventSource {
    @Override
    public List<String> events() {
        return List.of(VirtioBalloon.CHANGE_EVENT);
    }
}
