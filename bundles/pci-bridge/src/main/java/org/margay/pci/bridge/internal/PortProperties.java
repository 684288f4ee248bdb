package org.margay.pci.bridge.internal;

import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;

/**
 * Properties of PCI Express ports with a slot.
 *
 * @param port number of the port
 * @param chassis in which the slot is
 * @param slot its number in the chassis
 * @param aerLogMax errors to log; without extended configuration space there is no log
 */
public record PortProperties(
        PciProperties pci,
        @Default("0") @PropertyType("uint8") int port,
        @Default("0") @PropertyType("uint8") int chassis,
        @Default("0") @PropertyType("uint16") int slot,

        @WireName("aer_log_max") @Default("8") @PropertyType("uint16")
        int aerLogMax) {}
