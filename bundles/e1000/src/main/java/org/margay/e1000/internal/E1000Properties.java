package org.margay.e1000.internal;

import org.margay.machine.property.Default;
import org.margay.net.NicProperties;
import org.margay.pci.PciProperties;

/**
 * Properties of a card of the family.
 *
 * @param autonegotiation whether negotiating the link takes its time; off has the link up at once
 * @param mitigation whether interrupts are throttled as the guest asks for
 */
public record E1000Properties(
        PciProperties pci,
        NicProperties nic,
        @Default("on") boolean autonegotiation,
        @Default("on") boolean mitigation) {}
