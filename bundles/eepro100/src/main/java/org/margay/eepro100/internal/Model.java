package org.margay.eepro100.internal;

import org.margay.pci.PciIdentity;

/**
 * What tells the chips of the family apart.
 *
 * @param name the driver's
 * @param chip for people: "82559 C"
 * @param device PCI device id
 * @param revision PCI revision, by which drivers know the chip
 */
record Model(String name, String chip, int device, int revision, Generation generation) {
    /** PCI device ids: 82557 to 82559, 82551IT and relatives, the controller of the ICH2. */
    static final int CLASSIC = 0x1229;

    static final int EMBEDDED = 0x1209;
    static final int ICH2 = 0x2449;

    private static final int INTEL = 0x8086;
    private static final int ETHERNET = 0x02_00_00;

    PciIdentity identity() {
        return new PciIdentity(INTEL, device, revision, ETHERNET, 1);
    }
}
