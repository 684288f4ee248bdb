package org.margay.rtl8139.internal;

/**
 * What the guest writes into a 32-bit word of registers, or into one of them: the bytes that its access names.
 *
 * @param mask which bits are written
 */
record Lanes(int value, int mask) {
    /** The part that falls on a register inside of the word. */
    Lanes at(int shift, int bits) {
        int field = -1 >>> (32 - bits);
        return new Lanes(value >>> shift & field, mask >>> shift & field);
    }

    /** Whether the register is written at all. */
    boolean any() {
        return mask != 0;
    }

    /** The register's new value. */
    int over(int old) {
        return (old & ~mask) | ones();
    }

    /** The bits that are written as 1. */
    int ones() {
        return value & mask;
    }
}
