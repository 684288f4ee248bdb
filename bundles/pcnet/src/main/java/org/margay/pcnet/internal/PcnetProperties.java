package org.margay.pcnet.internal;

import org.margay.net.NicProperties;
import org.margay.pci.PciProperties;

/** Properties of pcnet. */
public record PcnetProperties(PciProperties pci, NicProperties nic) {}
