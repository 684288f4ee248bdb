package org.margay.cpu.internal.fp;

/**
 * The encodings of double extended precision (SDM vol. 1, 4.2.2 and 8.2): sign in bit 15 and biased exponent in bits
 * 0-14 of an int, significand with explicit integer bit in a long. Pseudo-denormals count as denormals; unnormals,
 * pseudo-infinities and pseudo-NaNs are unsupported.
 */
public final class Float80 {
    public static final int SIGN = 0x8000;
    public static final int SPECIAL = 0x7FFF;
    public static final int BIAS = 0x3FFF;
    public static final int MIN_EXPONENT = 1 - BIAS;
    public static final int MAX_EXPONENT = BIAS;

    public static final long INTEGER_BIT = 1L << 63;
    public static final long QUIET_BIT = 1L << 62;

    /** Sign and exponent, and significand, of the real indefinite. */
    public static final int INDEFINITE_EXPONENT = 0xFFFF;

    public static final long INDEFINITE_MANTISSA = INTEGER_BIT | QUIET_BIT;

    private Float80() {}

    public static boolean isNegative(int exponent) {
        return (exponent & SIGN) != 0;
    }

    /** Nonzero, finite, and in its one normal form. */
    static boolean isNormal(int exponent, long mantissa) {
        return mantissa < 0 && (exponent & SPECIAL) - 1 < SPECIAL - 1 && (exponent & SPECIAL) != 0;
    }

    static boolean isUnsupported(int exponent, long mantissa) {
        return (exponent & SPECIAL) != 0 && mantissa >= 0;
    }

    static boolean isZero(int exponent, long mantissa) {
        return (exponent & SPECIAL) == 0 && mantissa == 0;
    }

    static boolean isDenormal(int exponent, long mantissa) {
        return (exponent & SPECIAL) == 0 && mantissa != 0;
    }

    static boolean isInfinite(int exponent, long mantissa) {
        return (exponent & SPECIAL) == SPECIAL && mantissa == INTEGER_BIT;
    }

    static boolean isNaN(int exponent, long mantissa) {
        return (exponent & SPECIAL) == SPECIAL && mantissa < 0 && mantissa != INTEGER_BIT;
    }

    static boolean isSignaling(int exponent, long mantissa) {
        return isNaN(exponent, mantissa) && (mantissa & QUIET_BIT) == 0;
    }

    /** Unbiased exponent of the highest set bit of a finite nonzero number. */
    static int unbiased(int exponent, long mantissa) {
        return Math.max(exponent & SPECIAL, 1) - BIAS - Long.numberOfLeadingZeros(mantissa);
    }

    static long normalized(long mantissa) {
        return mantissa << Long.numberOfLeadingZeros(mantissa);
    }
}
