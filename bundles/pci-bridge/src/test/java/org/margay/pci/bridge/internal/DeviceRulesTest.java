package org.margay.pci.bridge.internal;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

class DeviceRulesTest {
    @Test
    void devicesGetTheirTimeAndThreadsFromOutside() {
        DeviceRules.check("org.margay.pci.bridge");
    }
}
