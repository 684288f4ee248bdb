package org.margay.virtio.blk;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

class DeviceRulesTest {
    @Test
    void timeAndThreadsAreInjected() {
        DeviceRules.check("org.margay.virtio.blk");
    }
}
