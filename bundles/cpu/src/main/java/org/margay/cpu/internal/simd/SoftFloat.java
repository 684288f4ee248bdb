package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.fp.FloatFlags;
import org.margay.cpu.internal.fp.Unrounded;

/**
 * SSE arithmetic in every mode and with every exception, for single and double precision alike: what {@link FastFloat}
 * falls back to. Where operands are NaNs the first one wins (SDM vol. 1, table 4-7).
 */
final class SoftFloat {
    /** Outcomes of {@link #compare}. */
    static final int LESS = -1, EQUAL = 0, GREATER = 1, UNORDERED = 2;

    private SoftFloat() {}

    static long add(SseUnit unit, BinaryFormat format, long a, long b) {
        return addSigned(unit, format, a, b, 0);
    }

    static long subtract(SseUnit unit, BinaryFormat format, long a, long b) {
        return addSigned(unit, format, a, b, format.signBit);
    }

    private static long addSigned(SseUnit unit, BinaryFormat format, long first, long second, long flip) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        if (format.isNaN(a) || format.isNaN(b)) {
            return propagate(unit, format, a, b);
        }
        b ^= flip;
        if (format.isInfinite(a) && format.isInfinite(b) && a != b) {
            return invalid(unit, format);
        }
        checkDenormals(unit, format, a, b);
        if (format.isInfinite(a)) {
            return a;
        }
        if (format.isInfinite(b)) {
            return b;
        }
        Unrounded n = unit.number;
        if (format.isZero(a) && format.isZero(b)) {
            return a == b ? a : zeroOfSum(unit, format);
        }
        if (format.isZero(a)) {
            set(n, format, b);
        } else if (format.isZero(b)) {
            set(n, format, a);
        } else {
            n.add(
                    format.isNegative(a),
                    format.exponent(a),
                    format.significand(a),
                    format.isNegative(b),
                    format.exponent(b),
                    format.significand(b));
        }
        return n.isZero() ? zeroOfSum(unit, format) : pack(unit, format);
    }

    private static long zeroOfSum(SseUnit unit, BinaryFormat format) {
        return unit.roundingMode() == FloatFlags.DOWN ? format.signBit : 0;
    }

    static long multiply(SseUnit unit, BinaryFormat format, long first, long second) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        if (format.isNaN(a) || format.isNaN(b)) {
            return propagate(unit, format, a, b);
        }
        long sign = (a ^ b) & format.signBit;
        boolean infinite = format.isInfinite(a) || format.isInfinite(b);
        boolean zero = format.isZero(a) || format.isZero(b);
        if (infinite && zero) {
            return invalid(unit, format);
        }
        checkDenormals(unit, format, a, b);
        if (infinite) {
            return sign | format.infinity;
        }
        if (zero) {
            return sign;
        }
        unit.number.multiply(
                sign != 0, format.exponent(a), format.significand(a), format.exponent(b), format.significand(b));
        return pack(unit, format);
    }

    static long divide(SseUnit unit, BinaryFormat format, long first, long second) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        if (format.isNaN(a) || format.isNaN(b)) {
            return propagate(unit, format, a, b);
        }
        long sign = (a ^ b) & format.signBit;
        boolean infiniteA = format.isInfinite(a);
        boolean zeroA = format.isZero(a);
        if (infiniteA && format.isInfinite(b) || zeroA && format.isZero(b)) {
            return invalid(unit, format);
        }
        if (format.isZero(b) && !infiniteA) {
            unit.raise(FloatFlags.ZERO_DIVIDE);
            return sign | format.infinity;
        }
        checkDenormals(unit, format, a, b);
        if (infiniteA) {
            return sign | format.infinity;
        }
        if (zeroA || format.isInfinite(b)) {
            return sign;
        }
        unit.number.divide(
                sign != 0, format.exponent(a), format.significand(a), format.exponent(b), format.significand(b));
        return pack(unit, format);
    }

    static long squareRoot(SseUnit unit, BinaryFormat format, long operand) {
        long a = flush(unit, format, operand);
        if (format.isNaN(a)) {
            return propagate(unit, format, a, a);
        }
        if (format.isZero(a)) {
            return a;
        }
        if (format.isNegative(a)) {
            return invalid(unit, format);
        }
        checkDenormals(unit, format, a, a);
        if (format.isInfinite(a)) {
            return a;
        }
        unit.number.squareRoot(format.exponent(a), format.significand(a));
        return pack(unit, format);
    }

    /** MIN: the second operand where neither is smaller, and with any NaN, which is not quieted (SDM vol. 2, MINSD). */
    static long min(SseUnit unit, BinaryFormat format, long first, long second) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        return compare(unit, format, a, b, false) == LESS ? a : b;
    }

    /** MAX: the second operand where neither is larger, and with any NaN, which is not quieted. */
    static long max(SseUnit unit, BinaryFormat format, long first, long second) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        return compare(unit, format, a, b, false) == GREATER ? a : b;
    }

    /** Orders two numbers; a quiet comparison finds only signaling NaNs invalid. */
    static int compare(SseUnit unit, BinaryFormat format, long first, long second, boolean quiet) {
        long a = flush(unit, format, first);
        long b = flush(unit, format, second);
        if (format.isNaN(a) || format.isNaN(b)) {
            if (!quiet || format.isSignaling(a) || format.isSignaling(b)) {
                unit.raise(FloatFlags.INVALID);
            }
            return UNORDERED;
        }
        checkDenormals(unit, format, a, b);
        if (format.isZero(a) && format.isZero(b)) {
            return EQUAL;
        }
        boolean negative = format.isNegative(a);
        if (negative != format.isNegative(b)) {
            return negative ? LESS : GREATER;
        }
        int order = Long.compare(a & format.magnitudeMask, b & format.magnitudeMask);
        return negative ? -order : order;
    }

    // --- conversions ---

    /** From one format to the other. */
    static long convert(SseUnit unit, BinaryFormat from, BinaryFormat to, long operand) {
        long a = flush(unit, from, operand);
        long sign = from.isNegative(a) ? to.signBit : 0;
        if (from.isNaN(a)) {
            if (from.isSignaling(a)) {
                unit.raise(FloatFlags.INVALID);
            }
            long payload = a << 64 - from.precision & Long.MAX_VALUE;
            return sign | to.infinity | to.quietBit | payload >>> 64 - to.precision;
        }
        if (from.isZero(a)) {
            return sign;
        }
        if (from.isInfinite(a)) {
            return sign | to.infinity;
        }
        checkDenormals(unit, from, a, a);
        set(unit.number, from, a);
        return pack(unit, to);
    }

    static long fromInteger(SseUnit unit, BinaryFormat format, long value) {
        if (value == 0) {
            return 0;
        }
        unit.number.set(value < 0, 63, Math.abs(value));
        unit.number.normalize();
        return pack(unit, format);
    }

    /** To a signed integer of 32 or 64 bits; out of range gives the integer indefinite. */
    static long toInteger(SseUnit unit, BinaryFormat format, long operand, int bits, int mode) {
        long a = flush(unit, format, operand);
        if (format.isZero(a)) {
            return 0;
        }
        long indefinite = -1L << bits - 1;
        Unrounded n = unit.number;
        if (format.isNaN(a) || format.isInfinite(a)) {
            unit.raise(FloatFlags.INVALID);
            return indefinite;
        }
        set(n, format, a);
        if (!n.roundToInteger(mode) || Long.compareUnsigned(n.high, n.negative ? -indefinite : ~indefinite) > 0) {
            unit.raise(FloatFlags.INVALID);
            return indefinite;
        }
        if (n.inexact) {
            unit.raise(FloatFlags.PRECISION);
        }
        return n.negative ? -n.high : n.high;
    }

    /** ROUNDPS and its like: to an integer that stays a floating-point number. */
    static long roundToInteger(SseUnit unit, BinaryFormat format, long operand, int mode, boolean reportsPrecision) {
        long a = flush(unit, format, operand);
        if (format.isNaN(a)) {
            return propagate(unit, format, a, a);
        }
        if (format.isZero(a) || format.isInfinite(a) || format.exponent(a) >= format.precision - 1) {
            return a;
        }
        set(unit.number, format, a);
        unit.number.roundToInteger(mode);
        if (unit.number.inexact && reportsPrecision) {
            unit.raise(FloatFlags.PRECISION);
        }
        long sign = a & format.signBit;
        if (unit.number.high == 0) {
            return sign;
        }
        unit.number.normalize();
        return pack(unit, format);
    }

    // --- parts ---

    /** MXCSR.DAZ makes zeros of denormal operands, silently. */
    private static long flush(SseUnit unit, BinaryFormat format, long a) {
        return unit.denormalsAreZeros() && format.isDenormal(a) ? a & format.signBit : a;
    }

    private static void checkDenormals(SseUnit unit, BinaryFormat format, long a, long b) {
        if (format.isDenormal(a) || format.isDenormal(b)) {
            unit.raise(FloatFlags.DENORMAL);
        }
    }

    private static long propagate(SseUnit unit, BinaryFormat format, long a, long b) {
        if (format.isSignaling(a) || format.isSignaling(b)) {
            unit.raise(FloatFlags.INVALID);
        }
        return (format.isNaN(a) ? a : b) | format.quietBit;
    }

    private static long invalid(SseUnit unit, BinaryFormat format) {
        unit.raise(FloatFlags.INVALID);
        return format.indefinite;
    }

    private static void set(Unrounded n, BinaryFormat format, long a) {
        n.set(format.isNegative(a), format.exponent(a), format.significand(a));
    }

    private static long pack(SseUnit unit, BinaryFormat format) {
        return format.pack(unit.number, unit.roundingMode(), unit.masks(), unit.flushesToZero(), unit);
    }
}
