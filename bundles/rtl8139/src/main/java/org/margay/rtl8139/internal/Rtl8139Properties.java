package org.margay.rtl8139.internal;

import org.margay.net.NicProperties;
import org.margay.pci.PciProperties;

/** Properties of rtl8139. */
public record Rtl8139Properties(PciProperties pci, NicProperties nic) {}
