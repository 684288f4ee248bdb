package org.margay.rtl8139.internal;

import org.margay.pci.PciFunction;

/** Interrupt status and mask, and the pin that they drive (RTL8139C+ data sheet, "Interrupt Status Register"). */
final class Interrupts {
    static final int RECEIVE_OK = 1;
    static final int RECEIVE_ERROR = 1 << 1;
    static final int TRANSMIT_OK = 1 << 2;
    static final int TRANSMIT_ERROR = 1 << 3;
    /** Receive buffer overflow; in C+ mode: no receive descriptor. */
    static final int RECEIVE_OVERFLOW = 1 << 4;

    static final int LINK_CHANGE = 1 << 5;
    static final int RECEIVE_FIFO_OVERFLOW = 1 << 6;
    /** In C+ mode: no transmit descriptor. */
    static final int TRANSMIT_UNAVAILABLE = 1 << 7;

    static final int SOFTWARE = 1 << 8;
    static final int TIME_OUT = 1 << 14;

    /** All bits that there are. */
    private static final int ALL = 0xE1FF;

    /** Values of the two registers. */
    record State(int status, int mask) {
        State {
            if (((status | mask) & ~ALL) != 0) {
                throw new IllegalArgumentException("RTL8139 interrupt registers");
            }
        }
    }

    private final PciFunction pci;
    private int status;
    private int mask;

    Interrupts(PciFunction pci) {
        this.pci = pci;
    }

    void reset() {
        status = 0;
        mask = 0;
        update();
    }

    int status() {
        return status;
    }

    int mask() {
        return mask;
    }

    void raise(int bits) {
        status |= bits;
        update();
    }

    /** A written 1 clears. */
    void acknowledge(int ones) {
        status &= ~ones;
        update();
    }

    void setMask(int bits) {
        mask = bits & ALL;
        update();
    }

    private void update() {
        pci.setInterrupt((status & mask) != 0);
    }

    State save() {
        return new State(status, mask);
    }

    void restore(State state) {
        status = state.status;
        mask = state.mask;
        update();
    }
}
