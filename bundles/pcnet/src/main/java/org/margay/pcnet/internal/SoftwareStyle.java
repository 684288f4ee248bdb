package org.margay.pcnet.internal;

/**
 * How structures in memory are laid out (Am79C970A data sheet, BCR20 "Software Style", "User Accessible Registers").
 */
enum SoftwareStyle {
    /** That of the C-LANCE and the PCnet-ISA: 16-bit words, addresses of 24 bits. */
    LANCE(0x0200, 8),
    /** That of the ILACC. */
    ILACC(0x0101, 16),
    PCNET_PCI(0x0302, 16),
    /** Like {@link #PCNET_PCI} with words in an order that suits bursts. */
    PCNET_PCI_BURST(0x0303, 16);

    private final int register;
    private final int descriptorSize;

    SoftwareStyle(int register, int descriptorSize) {
        this.register = register;
        this.descriptorSize = descriptorSize;
    }

    /** What a driver chooses; unknown numbers are the first. */
    static SoftwareStyle of(int number) {
        return switch (number & 0xFF) {
            case 1 -> ILACC;
            case 2 -> PCNET_PCI;
            case 3 -> PCNET_PCI_BURST;
            default -> LANCE;
        };
    }

    /** BCR20: the number, and whether structures are of 32 bits and control registers those of the PCnet. */
    int register() {
        return register;
    }

    /** Bytes. */
    int descriptorSize() {
        return descriptorSize;
    }

    /** Whether words and addresses have 32 bits. */
    boolean wide() {
        return this != LANCE;
    }
}
