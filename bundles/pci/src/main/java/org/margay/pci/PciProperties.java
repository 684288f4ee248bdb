package org.margay.pci;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Properties that every PCI device has: part of its driver's own record.
 *
 * @param addr "slot[.function]" in hex, or none for the first free slot
 * @param romfile expansion ROM image, or none for the driver's own
 * @param rombar 0 hides the expansion ROM
 * @param multifunction whether further functions may share the slot
 * @param command_serr_enable whether the guest can enable SERR#
 */
public record PciProperties(
        @Nullable String addr,
        @Nullable String romfile,
        @Nullable Integer rombar,
        @Nullable Boolean multifunction,
        @Nullable Boolean command_serr_enable) {
    public PciProperties {
        if (addr != null) {
            PciSlot.parse(addr);
        }
    }

    /** The place asked for, or empty for the first free slot. */
    public Optional<PciSlot> place() {
        return addr == null ? Optional.empty() : Optional.of(PciSlot.parse(addr));
    }
}
