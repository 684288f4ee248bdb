package org.margay.cpu.internal.fp;

/** Addition, multiplication, division, square root and comparison of 80-bit numbers (SDM vol. 1, 8.3.5 and 8.5). */
public final class Float80Arithmetic {
    /** An operation on two numbers, first operand first; the result goes to the accumulator. */
    @FunctionalInterface
    public interface Binary {
        void apply(Accumulator to, int exponentA, long a, int exponentB, long b);
    }

    /** Results of {@link #compare}. */
    public static final int LESS = -1, EQUAL = 0, GREATER = 1, UNORDERED = 2;

    private Float80Arithmetic() {}

    public static void add(Accumulator to, int exponentA, long a, int exponentB, long b) {
        addSigned(to, exponentA, a, exponentB, b, 0);
    }

    public static void subtract(Accumulator to, int exponentA, long a, int exponentB, long b) {
        addSigned(to, exponentA, a, exponentB, b, Float80.SIGN);
    }

    public static void subtractReversed(Accumulator to, int exponentA, long a, int exponentB, long b) {
        addSigned(to, exponentB, b, exponentA, a, Float80.SIGN);
    }

    private static void addSigned(Accumulator to, int exponentA, long a, int exponentB, long b, int flip) {
        if (!Float80.isNormal(exponentA, a) || !Float80.isNormal(exponentB, b)) {
            if (to.propagate(exponentA, a, exponentB, b)) {
                return;
            }
            boolean infiniteA = Float80.isInfinite(exponentA, a);
            boolean infiniteB = Float80.isInfinite(exponentB, b);
            int signedB = exponentB ^ flip;
            if (infiniteA && infiniteB && Float80.isNegative(exponentA) != Float80.isNegative(signedB)) {
                to.invalid();
                return;
            }
            to.checkDenormal(exponentA, a);
            to.checkDenormal(exponentB, b);
            if (infiniteA || infiniteB) {
                to.setInfinity(Float80.isNegative(infiniteA ? exponentA : signedB));
                return;
            }
            if (addZero(to, exponentA, a, signedB, b)) {
                return;
            }
        }
        boolean negativeA = Float80.isNegative(exponentA);
        boolean negativeB = Float80.isNegative(exponentB ^ flip);
        to.number.add(
                negativeA,
                Float80.unbiased(exponentA, a),
                Float80.normalized(a),
                negativeB,
                Float80.unbiased(exponentB, b),
                Float80.normalized(b));
        if (to.number.isZero()) {
            to.setZero(to.roundingMode() == FloatFlags.DOWN);
        } else {
            to.round();
        }
    }

    private static boolean addZero(Accumulator to, int exponentA, long a, int exponentB, long b) {
        if (a != 0 && b != 0) {
            return false;
        }
        boolean negativeA = Float80.isNegative(exponentA);
        boolean negativeB = Float80.isNegative(exponentB);
        if (a == 0 && b == 0) {
            to.setZero(negativeA == negativeB ? negativeA : to.roundingMode() == FloatFlags.DOWN);
        } else if (a == 0) {
            to.number.set(negativeB, Float80.unbiased(exponentB, b), Float80.normalized(b));
            to.round();
        } else {
            to.number.set(negativeA, Float80.unbiased(exponentA, a), Float80.normalized(a));
            to.round();
        }
        return true;
    }

    public static void multiply(Accumulator to, int exponentA, long a, int exponentB, long b) {
        boolean negative = Float80.isNegative(exponentA ^ exponentB);
        if (!Float80.isNormal(exponentA, a) || !Float80.isNormal(exponentB, b)) {
            if (to.propagate(exponentA, a, exponentB, b)) {
                return;
            }
            boolean infinite = Float80.isInfinite(exponentA, a) || Float80.isInfinite(exponentB, b);
            boolean zero = Float80.isZero(exponentA, a) || Float80.isZero(exponentB, b);
            if (infinite && zero) {
                to.invalid();
                return;
            }
            to.checkDenormal(exponentA, a);
            to.checkDenormal(exponentB, b);
            if (infinite) {
                to.setInfinity(negative);
                return;
            }
            if (zero) {
                to.setZero(negative);
                return;
            }
        }
        to.number.multiply(
                negative,
                Float80.unbiased(exponentA, a),
                Float80.normalized(a),
                Float80.unbiased(exponentB, b),
                Float80.normalized(b));
        to.round();
    }

    public static void divide(Accumulator to, int exponentA, long a, int exponentB, long b) {
        boolean negative = Float80.isNegative(exponentA ^ exponentB);
        if (!Float80.isNormal(exponentA, a) || !Float80.isNormal(exponentB, b)) {
            if (to.propagate(exponentA, a, exponentB, b)) {
                return;
            }
            boolean infiniteA = Float80.isInfinite(exponentA, a);
            boolean infiniteB = Float80.isInfinite(exponentB, b);
            boolean zeroA = Float80.isZero(exponentA, a);
            boolean zeroB = Float80.isZero(exponentB, b);
            if (infiniteA && infiniteB || zeroA && zeroB) {
                to.invalid();
                return;
            }
            if (zeroB && !infiniteA) {
                to.zeroDivide(negative);
                return;
            }
            to.checkDenormal(exponentA, a);
            to.checkDenormal(exponentB, b);
            if (infiniteA) {
                to.setInfinity(negative);
                return;
            }
            if (zeroA || infiniteB) {
                to.setZero(negative);
                return;
            }
        }
        to.number.divide(
                negative,
                Float80.unbiased(exponentA, a),
                Float80.normalized(a),
                Float80.unbiased(exponentB, b),
                Float80.normalized(b));
        to.round();
    }

    public static void divideReversed(Accumulator to, int exponentA, long a, int exponentB, long b) {
        divide(to, exponentB, b, exponentA, a);
    }

    public static void squareRoot(Accumulator to, int exponent, long mantissa) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        if (Float80.isZero(exponent, mantissa)) {
            to.set(exponent, mantissa);
            return;
        }
        if (Float80.isNegative(exponent)) {
            to.invalid();
            return;
        }
        to.checkDenormal(exponent, mantissa);
        if (Float80.isInfinite(exponent, mantissa)) {
            to.set(exponent, mantissa);
            return;
        }
        to.number.squareRoot(Float80.unbiased(exponent, mantissa), Float80.normalized(mantissa));
        to.round();
    }

    /** Orders two numbers; {@code quiet} as FUCOM: only signaling NaNs and unsupported operands are invalid. */
    public static int compare(Accumulator to, int exponentA, long a, int exponentB, long b, boolean quiet) {
        if (!Float80.isNormal(exponentA, a) || !Float80.isNormal(exponentB, b)) {
            if (to.propagate(exponentA, a, exponentB, b)) {
                if (!quiet) {
                    to.raise(FloatFlags.INVALID);
                }
                return UNORDERED;
            }
            to.checkDenormal(exponentA, a);
            to.checkDenormal(exponentB, b);
            if (a == 0 && b == 0) {
                return EQUAL;
            }
        }
        boolean negative = Float80.isNegative(exponentA);
        if (negative != Float80.isNegative(exponentB)) {
            return negative ? LESS : GREATER;
        }
        // A pseudo-denormal has the value of the smallest normal exponent; zeros and denormals share it.
        int order = Integer.compare(Math.max(exponentA & Float80.SPECIAL, 1), Math.max(exponentB & Float80.SPECIAL, 1));
        if (order == 0) {
            order = Long.compareUnsigned(a, b);
        }
        return Integer.signum(negative ? -order : order);
    }
}
