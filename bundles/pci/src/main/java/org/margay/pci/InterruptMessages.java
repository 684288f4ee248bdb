package org.margay.pci;

/** Where message signalled interrupts go: the board's way to its processors. Under the machine lock. */
@FunctionalInterface
public interface InterruptMessages {
    /** Nobody listens. */
    InterruptMessages NONE = (_, _) -> {};

    /**
     * A write of 32 bits that a device makes to interrupt.
     *
     * @param address as the guest programmed it (SDM vol. 3, 11.11.1)
     * @param data as the guest programmed it (SDM vol. 3, 11.11.2)
     */
    void send(long address, int data);
}
