package org.margay.virtio.balloon;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

class DeviceRulesTest {
    @Test
    void timeAndThreadsAreInjected() {
        DeviceRules.check("org.margay.virtio.balloon");
    }
}
