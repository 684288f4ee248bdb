package org.margay.virtio.rng.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.virtio.VirtioModeProperties;
import org.margay.virtio.VirtioRingProperties;

/**
 * Properties of virtio-rng-pci.
 *
 * @param ioeventfd accepted; notifications are put off to the machine loop in any case
 * @param vectors of MSI-X
 * @param rng id of the backend, or none for a generator of its own
 * @param maxBytes that the guest gets in a period at most
 * @param period milliseconds
 */
public record VirtioRngProperties(
        PciProperties pci,
        VirtioRingProperties rings,
        VirtioModeProperties mode,
        @Default("on") boolean ioeventfd,
        @Default("2") @PropertyType("uint32") int vectors,

        @PropertyType("link<rng-backend>") @Nullable String rng,

        @Default("9223372036854775807") @PropertyType("uint64")
        long maxBytes,

        @Default("65536") @PropertyType("uint32") long period) {
    public VirtioRngProperties {
        if (period <= 0) {
            throw new IllegalArgumentException("'period' parameter expects a positive integer");
        }
    }
}
