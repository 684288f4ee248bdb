package org.margay.pci;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;

/**
 * Properties that every PCI device has: part of its driver's own record.
 *
 * @param addr "slot[.function]" in hex, or none for the first free slot
 * @param romfile expansion ROM image, or none for the driver's own
 * @param rombar 0 hides the expansion ROM
 * @param multifunction whether further functions may share the slot
 * @param commandSerrEnable whether the guest can enable SERR#
 */
public record PciProperties(
        @Nullable PciSlot addr,
        @Nullable String romfile,
        @Default("1") @PropertyType("uint32") int rombar,
        @Default("off") boolean multifunction,
        @WireName("command_serr_enable") @Default("on") boolean commandSerrEnable) {
    /** The place asked for, or empty for the first free slot. */
    public Optional<PciSlot> place() {
        return Optional.ofNullable(addr);
    }

    /**
     * Plugs a function as these properties say.
     *
     * @throws DeviceException when there is no room, or the place is taken
     */
    public PciSlot plug(PciFunction function, PciBus bus) throws DeviceException {
        if (multifunction) {
            function.multifunction();
        }
        if (!commandSerrEnable) {
            function.withoutSerr();
        }
        return addr == null ? bus.plug(function) : bus.plug(function, addr);
    }
}
