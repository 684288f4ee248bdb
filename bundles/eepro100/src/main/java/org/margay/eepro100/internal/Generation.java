package org.margay.eepro100.internal;

/** What the chips of the family can do more than those before them. */
enum Generation {
    I82557,
    /** Interrupt causes masked one by one, extended transmit commands, delayed interrupts, power management. */
    I82558,
    /** Checksum of a frame received, statistics of management frames. */
    I82559,
    /** Extended receive descriptors, transmit commands that complete checksums and cut large packets. */
    I82550;

    boolean atLeast(Generation other) {
        return compareTo(other) >= 0;
    }
}
