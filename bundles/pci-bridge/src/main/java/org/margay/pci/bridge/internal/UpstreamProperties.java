package org.margay.pci.bridge.internal;

import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;

/**
 * Properties of a PCI Express port without a slot.
 *
 * @param port number of the port
 * @param aerLogMax errors to log; without extended configuration space there is no log
 */
public record UpstreamProperties(
        PciProperties pci,
        @Default("0") @PropertyType("uint8") int port,

        @WireName("aer_log_max") @Default("8") @PropertyType("uint16")
        int aerLogMax) {}
