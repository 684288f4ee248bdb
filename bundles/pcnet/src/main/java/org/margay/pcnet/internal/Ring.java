package org.margay.pcnet.internal;

import org.margay.pci.PciDma;

/**
 * A ring of descriptors and the place in it where the chip is (Am79C970A data sheet, "Descriptor Rings"; CSR24 to
 * CSR39, CSR72 to CSR78).
 */
final class Ring {
    /** Descriptors at most that an initialization block can ask for. */
    private static final int MOST = 512;

    /**
     * What makes it up.
     *
     * @param length number of descriptors; 0 stands for 65536
     * @param index the current one
     */
    record State(long base, int length, int index) {
        State {
            if (base >>> 32 != 0 || (length | index) >>> 16 != 0) {
                throw new IllegalArgumentException("PCnet ring");
            }
        }
    }

    private long base;
    private int length = 1;
    private int index;

    void reset() {
        length = 1;
        index = 0;
    }

    /** Begins anew, as the initialization block says. */
    void start(long address, int lengthLogarithm, SoftwareStyle style) {
        base = address & -style.descriptorSize();
        length = Math.min(1 << lengthLogarithm, MOST);
        index = 0;
    }

    long base() {
        return base;
    }

    void setBase(long address) {
        base = address;
    }

    /** Number of descriptors as registers have it: two's complement. */
    int length() {
        return -length & 0xFFFF;
    }

    void setLength(int complement) {
        length = -complement & 0xFFFF;
    }

    /** Number of descriptors from the current one to the end, two's complement. */
    int counter() {
        return index - length & 0xFFFF;
    }

    void setCounter(int complement) {
        index = complement + length & 0xFFFF;
    }

    int index() {
        return index;
    }

    /** The index behind another. */
    int after(int place) {
        int next = place + 1 & 0xFFFF;
        return next == length ? 0 : next;
    }

    void moveTo(int place) {
        index = place;
    }

    long addressOf(int place, SoftwareStyle style) {
        return base + (long) place * style.descriptorSize() & 0xFFFF_FFFFL;
    }

    Descriptor read(PciDma dma, SoftwareStyle style, int place, long high) {
        return Descriptor.read(dma, style, addressOf(place, style), high);
    }

    State save() {
        return new State(base, length, index);
    }

    void restore(State state) {
        base = state.base;
        length = state.length;
        index = state.index;
    }
}
