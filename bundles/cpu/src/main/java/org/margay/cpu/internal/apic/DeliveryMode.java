package org.margay.cpu.internal.apic;

/**
 * Bits 8-10 of interrupt commands, local vectors and messages (SDM vol. 3, figure 11-12); the order is the encoding.
 */
public enum DeliveryMode {
    FIXED,
    LOWEST_PRIORITY,
    SMI,
    RESERVED,
    NMI,
    INIT,
    START_UP,
    EXTERNAL;

    private static final DeliveryMode[] ALL = values();

    /** From a register with the mode in bits 8-10. */
    static DeliveryMode of(int register) {
        return ALL[register >>> 8 & 7];
    }

    /** From the mode's number, 0-7. */
    public static DeliveryMode numbered(int number) {
        return ALL[number & 7];
    }
}
