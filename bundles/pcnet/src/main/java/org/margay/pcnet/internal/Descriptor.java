package org.margay.pcnet.internal;

import org.margay.pci.PciDma;

/**
 * A receive or transmit descriptor in guest memory, as it was read, whatever its style (Am79C970A data sheet, "Receive
 * Descriptors", "Transmit Descriptors").
 *
 * @param place its address
 * @param status the 16 bits that begin with the owner; in the LANCE's style the lower eight are zero
 * @param length bytes of its buffer
 */
record Descriptor(SoftwareStyle style, long place, int status, long buffer, int length) {
    static final int OWN = 1 << 15;
    static final int ERROR = 1 << 14;
    static final int START = 1 << 9;
    static final int END = 1 << 8;

    /**
     * Reads a descriptor.
     *
     * @param high bits 31 to 24 of addresses in the LANCE's style
     */
    static Descriptor read(PciDma dma, SoftwareStyle style, long place, long high) {
        int control = dma.readInt(place + 4);
        return switch (style) {
            case LANCE -> {
                int first = dma.readInt(place);
                long buffer = high | first & 0xFF_FFFF;
                yield new Descriptor(style, place, first >>> 16 & 0xFF00, buffer, length(control));
            }
            case ILACC, PCNET_PCI ->
                new Descriptor(style, place, control >>> 16, dma.readInt(place) & 0xFFFF_FFFFL, length(control));
            case PCNET_PCI_BURST ->
                new Descriptor(style, place, control >>> 16, dma.readInt(place + 8) & 0xFFFF_FFFFL, length(control));
        };
    }

    /** The count is the two's complement of 12 bits. */
    private static int length(int count) {
        return 0x1000 - (count & 0xFFF);
    }

    boolean is(int bit) {
        return (status & bit) != 0;
    }

    /**
     * Gives it back to the driver, with what is to be known of the frame first and the owner last.
     *
     * @param newStatus without owner
     * @param message of a received frame: its length; of a sent one: what failed, in bits 31 to 26
     */
    void release(PciDma dma, int newStatus, int message) {
        int bits = newStatus & ~OWN;
        switch (style) {
            case LANCE -> {
                // Errors of transmission are in the upper half of the word here, too.
                dma.writeWord(place + 6, message | message >>> 16);
                dma.writeByte(place + 3, bits >>> 8);
            }
            case ILACC, PCNET_PCI -> {
                dma.writeInt(place + 8, message);
                dma.writeWord(place + 6, bits);
            }
            case PCNET_PCI_BURST -> {
                dma.writeInt(place, message);
                dma.writeWord(place + 6, bits);
            }
        }
    }
}
