package org.margay.eepro100.internal;

/** What the chips of the family can do more than those before them. */
enum Generation {
    I82557(1),
    /** Interrupt causes masked one by one, extended transmit commands, delayed interrupts, power management. */
    I82558(2),
    /** Checksum of a frame received, statistics of management frames. */
    I82559(3),
    /** Extended receive descriptors, transmit commands that complete checksums and cut large packets. */
    I82550(3);

    private final int controllerType;

    Generation(int controllerType) {
        this.controllerType = controllerType;
    }

    /** As the EEPROM has it. */
    int controllerType() {
        return controllerType;
    }

    boolean atLeast(Generation other) {
        return compareTo(other) >= 0;
    }
}
