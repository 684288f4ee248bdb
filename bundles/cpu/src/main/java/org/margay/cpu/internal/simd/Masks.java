package org.margay.cpu.internal.simd;

/** Top bits of elements, gathered into a number. */
public final class Masks {
    private Masks() {}

    public static int ofBytes(long a) {
        // Each top bit is moved to bit 0 of its byte; the product then sums them up, in order, in the top byte.
        return (int) ((a >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56);
    }

    public static int ofDwords(long a) {
        return (int) (a >>> 31 & 1 | a >>> 62 & 2);
    }
}
