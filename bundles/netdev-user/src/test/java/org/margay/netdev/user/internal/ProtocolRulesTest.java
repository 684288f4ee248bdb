package org.margay.netdev.user.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.testkit.DeviceRules;

class ProtocolRulesTest {
    /** All but the package host, which has what blocks, and the driver, which has the randomness. */
    @ParameterizedTest
    @ValueSource(strings = {"ip", "tcp", "udp", "dhcp", "dns", "tftp"})
    void timeThreadsAndRandomnessAreInjected(String name) {
        DeviceRules.check("org.margay.netdev.user.internal." + name);
    }
}
