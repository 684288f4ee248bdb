package org.margay.floppy;

import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceRules;

final class DeviceRulesTest {
    @Test
    void timeAndThreadsAreInjected() {
        DeviceRules.check("org.margay.floppy");
    }
}
