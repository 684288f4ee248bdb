package org.margay.cpu.internal.fp;

/** 80-bit numbers to and from the formats of memory: integers, single and double precision, packed decimal. */
public final class Float80Convert {
    /** Packed decimal holds 18 digits. */
    private static final long DECIMAL_LIMIT = 1_000_000_000_000_000_000L;

    /** Sign and exponent word of the decimal indefinite; the low eight bytes are {@link #DECIMAL_INDEFINITE_LOW}. */
    public static final int DECIMAL_INDEFINITE_HIGH = 0xFFFF;

    public static final long DECIMAL_INDEFINITE_LOW = 0xC000_0000_0000_0000L;

    private Float80Convert() {}

    public static void fromInteger(Accumulator to, long value) {
        if (value == 0) {
            to.set(0, 0);
            return;
        }
        long magnitude = Math.abs(value);
        int zeros = Long.numberOfLeadingZeros(magnitude);
        to.set((value < 0 ? Float80.SIGN : 0) | Float80.BIAS + 63 - zeros, magnitude << zeros);
    }

    /** Widens a number in single or double precision, exactly; denormals are reported, a signaling NaN stays one. */
    public static void widen(Accumulator to, BinaryFormat format, long bits) {
        int sign = format.isNegative(bits) ? Float80.SIGN : 0;
        if (format.isZero(bits)) {
            to.set(sign, 0);
        } else if ((bits & format.infinity) == format.infinity) {
            long fraction = bits << 64 - format.precision & Long.MAX_VALUE;
            to.set(sign | Float80.SPECIAL, Float80.INTEGER_BIT | fraction);
        } else {
            if (format.isDenormal(bits)) {
                to.raise(FloatFlags.DENORMAL);
            }
            to.set(sign | format.exponent(bits) + Float80.BIAS, format.significand(bits));
        }
    }

    /** Narrows to single or double precision under the control word's rounding and masks. */
    public static long toBinary(Accumulator to, BinaryFormat format, int exponent, long mantissa) {
        long sign = Float80.isNegative(exponent) ? format.signBit : 0;
        if (Float80.isUnsupported(exponent, mantissa)) {
            to.raise(FloatFlags.INVALID);
            return format.indefinite;
        }
        if (Float80.isNaN(exponent, mantissa)) {
            if (Float80.isSignaling(exponent, mantissa)) {
                to.raise(FloatFlags.INVALID);
            }
            return sign | format.infinity | format.quietBit | mantissa << 1 >>> 65 - format.precision;
        }
        if (mantissa == 0) {
            return sign;
        }
        if (Float80.isInfinite(exponent, mantissa)) {
            return sign | format.infinity;
        }
        to.number.set(sign != 0, Float80.unbiased(exponent, mantissa), Float80.normalized(mantissa));
        long bits = format.pack(to.number, to.roundingMode(), to.control, false, to);
        if ((to.unmasked() & (FloatFlags.OVERFLOW | FloatFlags.UNDERFLOW)) != 0) {
            // Nothing is stored, so nothing was rounded.
            to.flags &= ~(FloatFlags.PRECISION | FloatFlags.ROUNDED_UP);
        }
        return bits;
    }

    /** Rounds to a signed integer of 16, 32 or 64 bits; out of range gives the integer indefinite, sign-extended. */
    public static long toInteger(Accumulator to, int exponent, long mantissa, int bits, int mode) {
        long indefinite = -1L << bits - 1;
        if (mantissa == 0 && (exponent & Float80.SPECIAL) == 0) {
            return 0;
        }
        if ((exponent & Float80.SPECIAL) == Float80.SPECIAL || Float80.isUnsupported(exponent, mantissa)) {
            to.raise(FloatFlags.INVALID);
            return indefinite;
        }
        Unrounded n = to.number;
        n.set(Float80.isNegative(exponent), Float80.unbiased(exponent, mantissa), Float80.normalized(mantissa));
        boolean fits = n.roundToInteger(mode);
        if (!fits || Long.compareUnsigned(n.high, n.negative ? -indefinite : ~indefinite) > 0) {
            to.raise(FloatFlags.INVALID);
            return indefinite;
        }
        reportRounding(to);
        return n.negative ? -n.high : n.high;
    }

    private static void reportRounding(Accumulator to) {
        if (to.number.inexact) {
            to.raise(FloatFlags.PRECISION | (to.number.roundedUp ? FloatFlags.ROUNDED_UP : 0));
        }
    }

    /** FRNDINT: rounds to an integer that stays an 80-bit number. */
    public static void roundToInteger(Accumulator to, int exponent, long mantissa) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        to.checkDenormal(exponent, mantissa);
        int sign = exponent & Float80.SIGN;
        if ((exponent & Float80.SPECIAL) >= Float80.BIAS + 63 || mantissa == 0) {
            to.set(exponent, mantissa);
            return;
        }
        Unrounded n = to.number;
        n.set(sign != 0, Float80.unbiased(exponent, mantissa), Float80.normalized(mantissa));
        n.roundToInteger(to.roundingMode());
        reportRounding(to);
        if (n.high == 0) {
            to.set(sign, 0);
        } else {
            int zeros = Long.numberOfLeadingZeros(n.high);
            to.set(sign | Float80.BIAS + 63 - zeros, n.high << zeros);
        }
    }

    /**
     * Loads packed decimal: digits two to a byte in {@code low} and in bits 0-7 of {@code high}, sign in its bit 15.
     */
    public static void fromDecimal(Accumulator to, long low, int high) {
        long value = 0;
        for (int shift = 4; shift >= 0; shift -= 4) {
            value = value * 10 + (high >> shift & 0xF);
        }
        for (int shift = 60; shift >= 0; shift -= 4) {
            value = value * 10 + (low >>> shift & 0xF);
        }
        fromInteger(to, value);
        to.exponent |= high & Float80.SIGN;
    }

    /**
     * Rounds to packed decimal: returns the low eight bytes, and leaves the high two in {@link Accumulator#exponent}.
     */
    public static long toDecimal(Accumulator to, int exponent, long mantissa) {
        long magnitude = toInteger(to, exponent & ~Float80.SIGN, mantissa, 64, signedMode(to, exponent));
        if ((to.flags & FloatFlags.INVALID) != 0 || magnitude >= DECIMAL_LIMIT) {
            to.flags = FloatFlags.INVALID;
            to.exponent = DECIMAL_INDEFINITE_HIGH;
            return DECIMAL_INDEFINITE_LOW;
        }
        long low = 0;
        for (int shift = 0; shift < 64; shift += 4) {
            low |= magnitude % 10 << shift;
            magnitude /= 10;
        }
        to.exponent = exponent & Float80.SIGN | (int) (magnitude / 10 << 4 | magnitude % 10);
        return low;
    }

    /** The rounding mode that does to the magnitude what the control word's does to the number. */
    private static int signedMode(Accumulator to, int exponent) {
        int mode = to.roundingMode();
        if (!Float80.isNegative(exponent)) {
            return mode;
        }
        return switch (mode) {
            case FloatFlags.DOWN -> FloatFlags.UP;
            case FloatFlags.UP -> FloatFlags.DOWN;
            default -> mode;
        };
    }
}
