package org.margay.e1000.internal;

/** Registers of one part of the chip, of 32 bits each. Neither method throws on any offset or value. */
interface RegisterBlock {
    /** @param offset in the chip's register space, a multiple of 4 */
    int read(int offset);

    /** @param offset in the chip's register space, a multiple of 4 */
    void write(int offset, int value);
}
