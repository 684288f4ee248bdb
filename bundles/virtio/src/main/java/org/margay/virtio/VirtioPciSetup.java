package org.margay.virtio;

import org.margay.pci.PciProperties;

/**
 * How a virtio device is put on a PCI bus.
 *
 * @param driver the driver's name
 * @param pci where it goes
 * @param rings what its queues offer
 * @param mode how it can be driven
 * @param vectors of MSI-X; 0 for none
 * @param romSocket bytes of its expansion ROM when the user has no image for it, or 0 for no ROM then
 */
public record VirtioPciSetup(
        String driver,
        VirtioType type,
        PciProperties pci,
        VirtioRingProperties rings,
        VirtioMode mode,
        int vectors,
        int romSocket) {
    public VirtioPciSetup {
        if (type.legacyId() == 0 && mode != VirtioMode.MODERN) {
            throw new IllegalArgumentException("virtio type %d has no legacy interface".formatted(type.id()));
        }
    }

    /** Without expansion ROM. */
    public VirtioPciSetup(
            String driver,
            VirtioType type,
            PciProperties pci,
            VirtioRingProperties rings,
            VirtioMode mode,
            int vectors) {
        this(driver, type, pci, rings, mode, vectors, 0);
    }
}
