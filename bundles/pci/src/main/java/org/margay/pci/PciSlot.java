package org.margay.pci;

/**
 * A place on a bus.
 *
 * @param slot 0 to 31
 * @param function 0 to 7
 */
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
                return new PciSlot(
                        Integer.parseUnsignedInt(parts[0], 16),
                        parts.length == 2 ? Integer.parseUnsignedInt(parts[1], 16) : 0);
            }
        } catch (NumberFormatException _) {
            // falls through to the one message
        }
        throw new IllegalArgumentException("'%s' is no PCI address, expected slot[.function] in hex".formatted(text));
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
