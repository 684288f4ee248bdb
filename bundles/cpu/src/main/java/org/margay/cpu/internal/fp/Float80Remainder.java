package org.margay.cpu.internal.fp;

/** Remainders and work on exponents: FPREM, FPREM1, FSCALE, FXTRACT (SDM vol. 2, under these names). */
public final class Float80Remainder {
    /** Exponent differences from here on are reduced in steps that leave the operation incomplete. */
    private static final int FULL_REDUCTION = 64;

    private Float80Remainder() {}

    /** FPREM: a - b * q with q truncated, or a partial step toward it. */
    public static void truncating(Accumulator to, int exponentA, long a, int exponentB, long b) {
        remainder(to, exponentA, a, exponentB, b, false);
    }

    /** FPREM1: a - b * q with q rounded to nearest even, or a partial step toward it. */
    public static void nearest(Accumulator to, int exponentA, long a, int exponentB, long b) {
        remainder(to, exponentA, a, exponentB, b, true);
    }

    private static void remainder(Accumulator to, int exponentA, long a, int exponentB, long b, boolean nearest) {
        if (to.propagate(exponentA, a, exponentB, b)) {
            return;
        }
        if (Float80.isInfinite(exponentA, a) || Float80.isZero(exponentB, b)) {
            to.invalid();
            return;
        }
        to.checkDenormal(exponentA, a);
        to.checkDenormal(exponentB, b);
        if (Float80.isZero(exponentA, a)) {
            to.set(exponentA, a);
            return;
        }
        boolean negative = Float80.isNegative(exponentA);
        int scaleA = Float80.unbiased(exponentA, a);
        long dividend = Float80.normalized(a);
        if (Float80.isInfinite(exponentB, b)) {
            finish(to, negative, scaleA, dividend);
            return;
        }
        int scaleB = Float80.unbiased(exponentB, b);
        long divisor = Float80.normalized(b);
        int difference = scaleA - scaleB;
        if (difference >= FULL_REDUCTION) {
            // SDM leaves the step between 32 and 63 bits to the processor; this one keeps the next difference a
            // multiple of 32.
            int step = difference & 31 | 32;
            to.incomplete = true;
            finish(to, negative, scaleA - step, reduce(to, dividend, divisor, step));
            to.quotient = 0;
        } else if (difference >= 0) {
            long rest = reduce(to, dividend, divisor, difference);
            int toHalf = Long.compareUnsigned(rest, divisor - rest);
            if (nearest && (toHalf > 0 || toHalf == 0 && (to.quotient & 1) != 0)) {
                to.quotient++;
                finish(to, !negative, scaleB, divisor - rest);
            } else {
                finish(to, negative, scaleB, rest);
            }
        } else if (nearest && difference == -1 && Long.compareUnsigned(dividend, divisor) > 0) {
            to.quotient = 1;
            finish(to, !negative, scaleA, divisor - (dividend - divisor));
        } else {
            finish(to, negative, scaleA, dividend);
        }
    }

    /** Remainder of {@code dividend * 2^shift} by the divisor; the quotient's low bits go to the accumulator. */
    private static long reduce(Accumulator to, long dividend, long divisor, int shift) {
        long rest = dividend;
        int quotient = 0;
        boolean carry = false;
        for (int i = 0; i <= shift; i++) {
            quotient <<= 1;
            if (carry || Long.compareUnsigned(rest, divisor) >= 0) {
                rest -= divisor;
                quotient |= 1;
            }
            if (i < shift) {
                carry = rest < 0;
                rest <<= 1;
            }
        }
        to.quotient = quotient;
        return rest;
    }

    private static void finish(Accumulator to, boolean negative, int scale, long rest) {
        if (rest == 0) {
            to.setZero(negative);
            return;
        }
        to.number.set(negative, scale, rest);
        to.number.normalize();
        to.round(64);
    }

    /** FSCALE: a * 2^trunc(b). */
    public static void scale(Accumulator to, int exponentA, long a, int exponentB, long b) {
        if (to.propagate(exponentA, a, exponentB, b)) {
            return;
        }
        boolean negative = Float80.isNegative(exponentA);
        boolean infiniteA = Float80.isInfinite(exponentA, a);
        boolean zeroA = Float80.isZero(exponentA, a);
        if (Float80.isInfinite(exponentB, b)) {
            boolean down = Float80.isNegative(exponentB);
            if (down ? infiniteA : zeroA) {
                to.invalid();
                return;
            }
            to.checkDenormal(exponentA, a);
            if (down) {
                to.setZero(negative);
            } else {
                to.setInfinity(negative);
            }
            return;
        }
        to.checkDenormal(exponentA, a);
        to.checkDenormal(exponentB, b);
        if (infiniteA || zeroA) {
            to.set(exponentA, a);
            return;
        }
        to.number.set(negative, Float80.unbiased(exponentA, a) + shift(exponentB, b), Float80.normalized(a));
        to.round(64);
    }

    /** The integer part of a finite number, limited to what moves any number out of range. */
    private static int shift(int exponent, long mantissa) {
        int unbiased = (exponent & Float80.SPECIAL) - Float80.BIAS;
        if (unbiased < 0) {
            return 0;
        }
        int magnitude = unbiased > 16 ? 1 << 17 : (int) (mantissa >>> 63 - unbiased);
        return Float80.isNegative(exponent) ? -magnitude : magnitude;
    }

    /** FXTRACT's first result: the exponent as a number. Reports the exceptions of both. */
    public static void exponentOf(Accumulator to, int exponent, long mantissa) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        if (Float80.isInfinite(exponent, mantissa)) {
            to.setInfinity(false);
        } else if (mantissa == 0) {
            to.zeroDivide(true);
        } else {
            to.checkDenormal(exponent, mantissa);
            Float80Convert.fromInteger(to, Float80.unbiased(exponent, mantissa));
        }
    }

    /** FXTRACT's second result: the significand with the number's sign and exponent zero. */
    public static void significandOf(Accumulator to, int exponent, long mantissa) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        if (mantissa == 0 || Float80.isInfinite(exponent, mantissa)) {
            to.set(exponent, mantissa);
        } else {
            to.set(exponent & Float80.SIGN | Float80.BIAS, Float80.normalized(mantissa));
        }
    }
}
