package org.margay.virtio.balloon.internal;

import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.virtio.VirtioModeProperties;
import org.margay.virtio.VirtioRingProperties;

/**
 * Properties of virtio-balloon-pci.
 *
 * @param vectors of MSI-X; none by default
 * @param deflateOnOom whether the driver may take pages back when its system has none left
 * @param freePageReporting whether the driver may tell of pages that are free
 */
public record VirtioBalloonProperties(
        PciProperties pci,
        VirtioRingProperties rings,
        VirtioModeProperties mode,
        @Default("0") @PropertyType("uint32") int vectors,
        @Default("off") boolean deflateOnOom,
        @Default("off") boolean freePageReporting) {}
