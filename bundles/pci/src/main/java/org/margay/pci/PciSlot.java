package org.margay.pci;

import org.margay.machine.property.PropertyType;

/**
 * A place on a bus.
 *
 * @param slot 0 to 31
 * @param function 0 to 7
 */
@PropertyType("pci-devfn")
public record PciSlot(int slot, int function) {
    public PciSlot {
        if (slot < 0 || slot > 31 || function < 0 || function > 7) {
            throw new IllegalArgumentException("PCI address %x.%x".formatted(slot, function));
        }
    }

    /**
     * Reads QEMU's form "slot[.function]", hexadecimal.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static PciSlot parse(String text) {
        String[] parts = text.split("\\.", -1);
        try {
            if (parts.length <= 2) {
                return new PciSlot(number(parts[0]), parts.length == 2 ? number(parts[1]) : 0);
            }
        } catch (NumberFormatException _) {
            // falls through to the one message
        }
        throw new IllegalArgumentException("'%s' is no PCI address, expected slot[.function] in hex".formatted(text));
    }

    /** Hexadecimal, with or without 0x. */
    private static int number(String text) {
        return Integer.parseUnsignedInt(text.startsWith("0x") ? text.substring(2) : text, 16);
    }

    /** Slot and function in one byte, as configuration addresses have them. */
    public int devfn() {
        return slot << 3 | function;
    }

    @Override
    public String toString() {
        return "%02x.%x".formatted(slot, function);
    }
}
