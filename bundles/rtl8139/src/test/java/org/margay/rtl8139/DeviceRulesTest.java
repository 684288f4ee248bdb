package org.margay.rtl8139;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

final class DeviceRulesTest {
    @Test
    void timeAndThreadsAreInjected() {
        DeviceRules.check("org.margay.rtl8139");
    }
}
