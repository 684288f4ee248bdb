package org.margay.pcnet.internal;

import org.margay.pci.PciDma;

/**
 * What a driver tells the chip at once: mode, addresses and rings (Am79C970A data sheet, "Initialization Block").
 *
 * @param addresses 14 bytes: physical address, logical address filter
 * @param receiveRing address
 * @param receiveLength logarithm of the number of descriptors
 */
record InitializationBlock(
        int mode, byte[] addresses, long receiveRing, int receiveLength, long transmitRing, int transmitLength) {
    private static final int PHYSICAL = 6;
    private static final int LOGICAL = 8;

    /**
     * Reads the block.
     *
     * @param address where it is; bits 31 to 24 are those of all addresses in the LANCE's style
     */
    static InitializationBlock read(PciDma dma, SoftwareStyle style, long address) {
        byte[] addresses = new byte[PHYSICAL + LOGICAL];
        int mode = dma.readWord(address);
        if (style.wide()) {
            int lengths = dma.readWord(address + 2);
            dma.read(address + 4, addresses, 0, PHYSICAL);
            dma.read(address + 12, addresses, PHYSICAL, LOGICAL);
            return new InitializationBlock(
                    mode,
                    addresses,
                    dma.readInt(address + 20) & 0xFFFF_FFFFL,
                    lengths >>> 4 & 0xF,
                    dma.readInt(address + 24) & 0xFFFF_FFFFL,
                    lengths >>> 12);
        }
        dma.read(address + 2, addresses, 0, addresses.length);
        long high = address & 0xFF00_0000L;
        int receive = dma.readInt(address + 16);
        int transmit = dma.readInt(address + 20);
        return new InitializationBlock(
                mode,
                addresses,
                high | receive & 0xFF_FFFF,
                receive >>> 29,
                high | transmit & 0xFF_FFFF,
                transmit >>> 29);
    }
}
