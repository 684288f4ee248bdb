package org.margay.cpu.internal.fp;

/**
 * An interchange format of IEEE 754 without explicit integer bit, its numbers held in the low bits of a long. Packing
 * and the classification of operands serve both the x87's conversions and SSE.
 */
public final class BinaryFormat {
    public static final BinaryFormat SINGLE = new BinaryFormat(24, 8);
    public static final BinaryFormat DOUBLE = new BinaryFormat(53, 11);

    /** Bits of significand, the hidden one included. */
    public final int precision;

    public final int minExponent;
    private final int maxExponent;
    private final int fractionBits;
    private final long fractionMask;

    public final long signBit;
    public final long infinity;
    public final long quietBit;
    public final long magnitudeMask;

    /** The real indefinite QNaN (SDM vol. 1, table 4-3). */
    public final long indefinite;

    private BinaryFormat(int precision, int exponentBits) {
        this.precision = precision;
        fractionBits = precision - 1;
        fractionMask = (1L << fractionBits) - 1;
        maxExponent = (1 << exponentBits - 1) - 1;
        minExponent = 1 - maxExponent;
        signBit = 1L << fractionBits + exponentBits;
        infinity = signBit - 1 & ~fractionMask;
        quietBit = 1L << fractionBits - 1;
        magnitudeMask = signBit - 1;
        indefinite = signBit | infinity | quietBit;
    }

    public boolean isNegative(long bits) {
        return (bits & signBit) != 0;
    }

    public boolean isNaN(long bits) {
        return (bits & magnitudeMask) > infinity;
    }

    public boolean isSignaling(long bits) {
        return isNaN(bits) && (bits & quietBit) == 0;
    }

    public boolean isInfinite(long bits) {
        return (bits & magnitudeMask) == infinity;
    }

    public boolean isZero(long bits) {
        return (bits & magnitudeMask) == 0;
    }

    public boolean isDenormal(long bits) {
        return (bits & infinity) == 0 && (bits & fractionMask) != 0;
    }

    /** Unbiased exponent of a finite number; denormals have that of their highest set bit. Meaningless for zero. */
    public int exponent(long bits) {
        int field = (int) ((bits & infinity) >>> fractionBits);
        if (field != 0) {
            return field - maxExponent;
        }
        return minExponent - Long.numberOfLeadingZeros(bits & fractionMask) + 64 - precision;
    }

    /** Significand of a finite nonzero number, highest bit in bit 63. */
    public long significand(long bits) {
        long fraction = bits & fractionMask;
        if ((bits & infinity) == 0) {
            return fraction << Long.numberOfLeadingZeros(fraction);
        }
        return (fraction | fractionMask + 1) << 64 - precision;
    }

    /**
     * Rounds a finite number to this format.
     *
     * @param masks bit set: this exception is masked; with overflow or underflow unmasked and raised the result has no
     *     meaning
     * @param flushToZero tiny results become zero where underflow is masked (MXCSR.FTZ)
     * @param flags receives overflow, underflow, precision and {@link FloatFlags#ROUNDED_UP}
     */
    public long pack(Unrounded number, int mode, int masks, boolean flushToZero, Flags flags) {
        long sign = number.negative ? signBit : 0;
        if (number.isZero()) {
            return sign;
        }
        if (number.isTiny(precision, minExponent, mode)) {
            if ((masks & FloatFlags.UNDERFLOW) == 0) {
                // The trap handler is told of the rounding without bounds of the exponent; nobody sees the result.
                flags.raise(FloatFlags.UNDERFLOW);
                number.round(precision, mode);
                raiseInexact(number, flags);
                return sign;
            }
            if (flushToZero) {
                flags.raise(FloatFlags.UNDERFLOW | FloatFlags.PRECISION);
                return sign;
            }
            number.denormalize(minExponent);
            number.round(precision, mode);
            if (number.inexact) {
                flags.raise(FloatFlags.UNDERFLOW);
            }
        } else {
            if (number.exponent < minExponent) {
                number.denormalize(minExponent);
            }
            number.round(precision, mode);
            if (number.exponent > maxExponent) {
                return overflow(number, mode, masks, flags);
            }
        }
        raiseInexact(number, flags);
        long field = number.high < 0 ? (long) (number.exponent + maxExponent) << fractionBits : 0;
        return sign | field | number.high >>> 64 - precision & fractionMask;
    }

    private long overflow(Unrounded number, int mode, int masks, Flags flags) {
        long sign = number.negative ? signBit : 0;
        flags.raise(FloatFlags.OVERFLOW);
        if ((masks & FloatFlags.OVERFLOW) == 0) {
            raiseInexact(number, flags);
            return sign | infinity;
        }
        boolean toInfinity = overflowsToInfinity(number.negative, mode);
        flags.raise(FloatFlags.PRECISION | (toInfinity ? FloatFlags.ROUNDED_UP : 0));
        return sign | (toInfinity ? infinity : infinity - 1);
    }

    private static void raiseInexact(Unrounded number, Flags flags) {
        if (number.inexact) {
            flags.raise(FloatFlags.PRECISION | (number.roundedUp ? FloatFlags.ROUNDED_UP : 0));
        }
    }

    static boolean overflowsToInfinity(boolean negative, int mode) {
        return switch (mode) {
            case FloatFlags.NEAREST -> true;
            case FloatFlags.DOWN -> negative;
            case FloatFlags.UP -> !negative;
            default -> false;
        };
    }

    /** Where packing reports what happened; flags gather until their owner clears them. */
    public static class Flags {
        public int flags;

        public final void raise(int raised) {
            flags |= raised;
        }
    }
}
