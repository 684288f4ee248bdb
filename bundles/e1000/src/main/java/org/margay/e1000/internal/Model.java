package org.margay.e1000.internal;

import org.margay.pci.PciIdentity;

/**
 * What tells the chips of the family apart.
 *
 * @param name the driver's
 * @param description for people
 * @param device PCI device id
 * @param phyId second identifier register of the PHY that is built in
 */
record Model(String name, String description, int device, int phyId) {
    private static final int INTEL = 0x8086;
    private static final int REVISION = 3;
    private static final int ETHERNET = 0x02_00_00;

    PciIdentity identity() {
        return new PciIdentity(INTEL, device, REVISION, ETHERNET, 1);
    }
}
