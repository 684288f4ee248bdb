package org.margay.eepro100.internal;

import org.margay.net.NicProperties;
import org.margay.pci.PciProperties;

/** Properties of a card of the family. */
public record Eepro100Properties(PciProperties pci, NicProperties nic) {}
