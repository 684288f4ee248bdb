package org.margay.virtio.serial;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

class DeviceRulesTest {
    @Test
    void timeAndThreadsAreInjected() {
        DeviceRules.check("org.margay.virtio.serial");
    }
}
