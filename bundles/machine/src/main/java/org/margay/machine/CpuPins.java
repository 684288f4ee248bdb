package org.margay.machine;

import java.util.function.IntConsumer;

/** Pins and bus messages by which a board reaches a vCPU and its local APIC. Under the machine lock. */
public interface CpuPins {
    /** The PIC's INTR wire, to LINT0. */
    void setIntr(boolean high);

    /** The NMI wire, to LINT1. */
    void nmi();

    /**
     * An interrupt message of the I/O APIC or an MSI (SDM vol. 3, 11.11): handed to one vCPU, it reaches the local APICs of
     * all, and each decides whether it is meant.
     *
     * @param destination 8-bit APIC id or logical destination
     * @param logical destination mode
     * @param deliveryMode 0 fixed, 1 lowest priority, 2 SMI, 4 NMI, 5 INIT, 7 ExtINT
     * @param level level-triggered; its EOI is broadcast to {@link #onEndOfInterrupt}
     * @return whether any APIC took it
     */
    boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level);

    /** Who is told the vector when a level-triggered interrupt ends: the I/O APIC. */
    void onEndOfInterrupt(IntConsumer listener);

    /** A20 gate of port 92 and the keyboard controller: false masks address bit 20. */
    void setA20(boolean enabled);
}
