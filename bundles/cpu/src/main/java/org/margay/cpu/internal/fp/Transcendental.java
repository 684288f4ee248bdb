package org.margay.cpu.internal.fp;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The x87's transcendental functions (SDM vol. 1, 8.3.8), computed to some 100 bits and rounded once. Results may
 * differ from a real processor's in the last place, as they do between vendors. Arguments of the trigonometric
 * functions are reduced with the 66-bit π of section 8.3.8.
 */
public final class Transcendental {
    /** π/2 in units of 2^-67: the 66-bit π is C90FDAA22168C234C in units of 2^-66. */
    private static final BigInteger HALF_PI = new BigInteger("C90FDAA22168C234C", 16);

    private static final int HALF_PI_SCALE = 67;

    /** Below this exponent a double-double argument would lose bits, and every function here is its first term. */
    private static final int TINY = -200;

    /** From this exponent on the trigonometric functions refuse an argument. */
    private static final int TOO_LARGE = 63;

    private static final long SQRT2_SIGNIFICAND = 0xB504_F333_F9DE_6484L;

    private Transcendental() {}

    /** F2XM1: 2^x - 1 for x from -1 to 1; outside of that the operand comes back, as processors do. */
    public static void powerOfTwoMinusOne(Accumulator to, int exponent, long mantissa) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        boolean negative = Float80.isNegative(exponent);
        if (Float80.isInfinite(exponent, mantissa) && negative) {
            to.set(Float80.SIGN | Float80.BIAS, Float80.INTEGER_BIT);
            return;
        }
        if (mantissa == 0 || Float80.isInfinite(exponent, mantissa)) {
            to.set(exponent, mantissa);
            return;
        }
        to.checkDenormal(exponent, mantissa);
        int scale = Float80.unbiased(exponent, mantissa);
        if (scale >= 0) {
            boolean one = scale == 0 && mantissa == Float80.INTEGER_BIT;
            to.set(one && negative ? exponent - 1 : exponent, mantissa);
            if (!one) {
                to.raise(FloatFlags.PRECISION);
            }
            return;
        }
        DoubleDouble argument =
                DoubleDouble.ofSignificand(Float80.normalized(mantissa)).times(Series.LN2);
        DoubleDouble x = signed(scale < TINY ? DoubleDouble.of(0) : argument.scaled(scale), negative);
        deliver(to, negative, argument.times(Series.exponentialMinusOneOverX(x)), scale);
    }

    /** FYL2X: y * log2(x) for positive x. */
    public static void yLog2(Accumulator to, int exponentX, long x, int exponentY, long y) {
        if (to.propagate(exponentX, x, exponentY, y)) {
            return;
        }
        boolean negativeY = Float80.isNegative(exponentY);
        boolean infiniteY = Float80.isInfinite(exponentY, y);
        boolean zeroX = Float80.isZero(exponentX, x);
        boolean zeroY = Float80.isZero(exponentY, y);
        boolean one = exponentX == Float80.BIAS && x == Float80.INTEGER_BIT;
        if (Float80.isNegative(exponentX) && !zeroX
                || zeroX && zeroY
                || one && infiniteY
                || Float80.isInfinite(exponentX, x) && zeroY) {
            to.invalid();
            return;
        }
        if (zeroX) {
            if (infiniteY) {
                to.setInfinity(!negativeY);
            } else {
                to.zeroDivide(!negativeY);
            }
            return;
        }
        to.checkDenormal(exponentX, x);
        to.checkDenormal(exponentY, y);
        int scaleX = Float80.unbiased(exponentX, x);
        if (infiniteY || Float80.isInfinite(exponentX, x)) {
            to.setInfinity(negativeY != scaleX < 0);
        } else if (zeroY) {
            to.setZero(negativeY != scaleX < 0);
        } else {
            finiteYLog2(to, scaleX, Float80.normalized(x), exponentY, y);
        }
    }

    private static void finiteYLog2(Accumulator to, int scaleX, long x, int exponentY, long y) {
        if (x == Float80.INTEGER_BIT) {
            multiplyByInteger(to, exponentY, y, scaleX);
            return;
        }
        DoubleDouble m = DoubleDouble.ofSignificand(x);
        int power = scaleX;
        if (Long.compareUnsigned(x, SQRT2_SIGNIFICAND) > 0) {
            m = m.scaled(-1);
            power++;
        }
        DoubleDouble s = m.plus(-1).over(m.plus(1));
        DoubleDouble logarithm = s.times(Series.inverseHyperbolicTangentOverS(s))
                .scaled(1)
                .over(Series.LN2)
                .plus(power);
        DoubleDouble factor = DoubleDouble.ofSignificand(Float80.normalized(y));
        deliver(to, Float80.isNegative(exponentY), factor.times(logarithm), Float80.unbiased(exponentY, y));
    }

    private static void multiplyByInteger(Accumulator to, int exponentY, long y, int factor) {
        if (factor == 0) {
            to.setZero(Float80.isNegative(exponentY));
            return;
        }
        int magnitude = Math.abs(factor);
        int zeros = Integer.numberOfLeadingZeros(magnitude);
        to.number.multiply(
                Float80.isNegative(exponentY) != factor < 0,
                Float80.unbiased(exponentY, y),
                Float80.normalized(y),
                31 - zeros,
                (long) magnitude << 32 + zeros);
        to.round(64);
    }

    /** FYL2XP1: y * log2(x + 1), without loss for small x. */
    public static void yLog2Plus1(Accumulator to, int exponentX, long x, int exponentY, long y) {
        if (to.propagate(exponentX, x, exponentY, y)) {
            return;
        }
        boolean negativeX = Float80.isNegative(exponentX);
        boolean negative = negativeX != Float80.isNegative(exponentY);
        boolean infiniteX = Float80.isInfinite(exponentX, x);
        boolean infiniteY = Float80.isInfinite(exponentY, y);
        boolean zeroX = Float80.isZero(exponentX, x);
        boolean zeroY = Float80.isZero(exponentY, y);
        if (infiniteX && (negativeX || zeroY) || infiniteY && zeroX) {
            to.invalid();
            return;
        }
        to.checkDenormal(exponentX, x);
        to.checkDenormal(exponentY, y);
        if (infiniteX || infiniteY) {
            to.setInfinity(negative);
            return;
        }
        if (zeroX || zeroY) {
            to.setZero(negative);
            return;
        }
        int scaleX = Float80.unbiased(exponentX, x);
        if (scaleX >= -1) {
            outsideYLog2Plus1(to, exponentX, x, exponentY, y);
            return;
        }
        DoubleDouble m = DoubleDouble.ofSignificand(Float80.normalized(x));
        DoubleDouble value = scaleX < TINY ? DoubleDouble.of(0) : signed(m.scaled(scaleX), negativeX);
        // log2(1 + x) = 2 artanh(s) / ln 2 with s = x / (2 + x).
        DoubleDouble divisor = value.plus(2);
        DoubleDouble logarithm = m.over(divisor)
                .times(Series.inverseHyperbolicTangentOverS(value.over(divisor)))
                .scaled(1)
                .over(Series.LN2);
        DoubleDouble factor = DoubleDouble.ofSignificand(Float80.normalized(y));
        deliver(to, negative, factor.times(logarithm), scaleX + Float80.unbiased(exponentY, y));
    }

    /**
     * Beyond half of the range around zero nothing is lost by adding 1 first. Beyond the documented range results are
     * undefined; where there is no logarithm the operand comes back.
     */
    private static void outsideYLog2Plus1(Accumulator to, int exponentX, long x, int exponentY, long y) {
        Unrounded sum = to.number;
        sum.add(
                Float80.isNegative(exponentX),
                Float80.unbiased(exponentX, x),
                Float80.normalized(x),
                false,
                0,
                Float80.INTEGER_BIT);
        if (sum.isZero() || sum.negative) {
            to.set(exponentX, x);
            to.raise(FloatFlags.PRECISION);
            return;
        }
        sum.round(64, FloatFlags.NEAREST);
        finiteYLog2(to, sum.exponent, sum.high, exponentY, y);
    }

    /** FPATAN: the angle of the point (x, y), from -π to π. */
    public static void arcTangent(Accumulator to, int exponentX, long x, int exponentY, long y) {
        if (to.propagate(exponentX, x, exponentY, y)) {
            return;
        }
        boolean left = Float80.isNegative(exponentX);
        boolean negative = Float80.isNegative(exponentY);
        boolean infiniteX = Float80.isInfinite(exponentX, x);
        boolean infiniteY = Float80.isInfinite(exponentY, y);
        to.checkDenormal(exponentX, x);
        to.checkDenormal(exponentY, y);
        if (infiniteX && infiniteY) {
            deliver(to, negative, left ? Series.PI.times(0.75) : Series.PI.scaled(-2), 0);
        } else if (infiniteY || x == 0 && y != 0) {
            deliver(to, negative, Series.HALF_PI, 0);
        } else if (infiniteX || y == 0) {
            if (left) {
                deliver(to, negative, Series.PI, 0);
            } else {
                to.setZero(negative);
            }
        } else {
            finiteArcTangent(to, left, negative, exponentX, x, exponentY, y);
        }
    }

    private static void finiteArcTangent(
            Accumulator to, boolean left, boolean negative, int exponentX, long x, int exponentY, long y) {
        long significandX = Float80.normalized(x);
        long significandY = Float80.normalized(y);
        int scale = Float80.unbiased(exponentY, y) - Float80.unbiased(exponentX, x);
        boolean steep = scale > 0 || scale == 0 && Long.compareUnsigned(significandY, significandX) > 0;
        DoubleDouble numerator = DoubleDouble.ofSignificand(steep ? significandX : significandY);
        DoubleDouble denominator = DoubleDouble.ofSignificand(steep ? significandY : significandX);
        DoubleDouble quotient = numerator.over(denominator);
        int quotientScale = steep ? -scale : scale;
        boolean tiny = quotientScale < TINY;
        DoubleDouble angle = tiny ? DoubleDouble.of(0) : Series.arcTangent(quotient.scaled(quotientScale));
        if (steep) {
            deliver(to, negative, left ? Series.HALF_PI.plus(angle) : Series.HALF_PI.minus(angle), 0);
        } else if (left) {
            deliver(to, negative, Series.PI.minus(angle), 0);
        } else if (tiny) {
            deliver(to, negative, quotient, quotientScale);
        } else {
            deliver(to, negative, angle, 0);
        }
    }

    /** FSIN. */
    public static void sine(Accumulator to, int exponent, long mantissa) {
        trigonometric(to, exponent, mantissa, Function.SINE);
    }

    /** FCOS. */
    public static void cosine(Accumulator to, int exponent, long mantissa) {
        trigonometric(to, exponent, mantissa, Function.COSINE);
    }

    /** FPTAN without the 1 that it pushes. */
    public static void tangent(Accumulator to, int exponent, long mantissa) {
        trigonometric(to, exponent, mantissa, Function.TANGENT);
    }

    private enum Function {
        SINE,
        COSINE,
        TANGENT
    }

    private static void trigonometric(Accumulator to, int exponent, long mantissa, Function function) {
        if (to.propagate(exponent, mantissa)) {
            return;
        }
        if (Float80.isInfinite(exponent, mantissa)) {
            to.invalid();
            return;
        }
        if (mantissa == 0) {
            to.set(
                    function == Function.COSINE ? Float80.BIAS : exponent,
                    function == Function.COSINE ? Float80.INTEGER_BIT : 0);
            return;
        }
        to.checkDenormal(exponent, mantissa);
        int scale = Float80.unbiased(exponent, mantissa);
        if (scale >= TOO_LARGE) {
            to.set(exponent, mantissa);
            to.incomplete = true;
            return;
        }
        boolean negative = Float80.isNegative(exponent);
        long significand = Float80.normalized(mantissa);
        if (scale < -1) {
            reduced(to, function, negative, DoubleDouble.ofSignificand(significand), scale, 0);
            return;
        }
        BigInteger[] parts = new BigInteger(Long.toUnsignedString(significand))
                .shiftLeft(scale + HALF_PI_SCALE - 63)
                .divideAndRemainder(HALF_PI);
        int quadrant = parts[0].intValue() & 3;
        BigInteger rest = parts[1];
        if (rest.shiftLeft(1).compareTo(HALF_PI) > 0) {
            rest = rest.subtract(HALF_PI);
            quadrant++;
        }
        double high = rest.doubleValue();
        double low = rest.subtract(new BigDecimal(high).toBigIntegerExact()).doubleValue();
        boolean flipped = high < 0;
        DoubleDouble angle = signed(new DoubleDouble(high, low), flipped);
        // sin(-x) = -sin(x), cos(-x) = cos(x): quadrants count from the side that the angle lies on.
        int angleScale = Math.getExponent(angle.high());
        reduced(
                to,
                function,
                negative,
                signed(angle.scaled(-angleScale), flipped),
                angleScale - HALF_PI_SCALE,
                quadrant);
    }

    /** The function of {@code ±(angle * 2^scale + quadrant * π/2)}. */
    private static void reduced(
            Accumulator to, Function function, boolean negative, DoubleDouble angle, int scale, int quadrant) {
        DoubleDouble x = scale < TINY ? DoubleDouble.of(0) : angle.scaled(scale);
        DoubleDouble sine = angle.times(Series.sineOverX(x));
        DoubleDouble cosine = Series.cosine(x);
        boolean odd = (quadrant & 1) != 0;
        switch (function) {
            case SINE -> {
                boolean minus = negative != ((quadrant & 2) != 0);
                deliver(to, minus, odd ? cosine : sine, odd ? 0 : scale);
            }
            case COSINE -> {
                boolean minus = (quadrant + 1 & 2) != 0;
                deliver(to, minus, odd ? sine : cosine, odd ? scale : 0);
            }
            case TANGENT -> {
                if (odd) {
                    deliver(to, !negative, cosine.over(sine), -scale);
                } else {
                    deliver(to, negative, sine.over(cosine), scale);
                }
            }
        }
    }

    private static DoubleDouble signed(DoubleDouble value, boolean negative) {
        return negative ? value.negated() : value;
    }

    /** Rounds {@code ±value * 2^scale}; a result of a transcendental function never is exact. */
    private static void deliver(Accumulator to, boolean negated, DoubleDouble value, int scale) {
        boolean negative = value.high() < 0;
        DoubleDouble magnitude = signed(value, negative);
        int exponent = Math.getExponent(magnitude.high());
        long high = (long) Math.scalb(magnitude.high(), 63 - exponent - 11) << 11;
        double low = Math.scalb(magnitude.low(), 63 - exponent);
        double lowInteger = Math.floor(low);
        Unrounded n = to.number;
        n.set(negated != negative, exponent + scale, high + (long) lowInteger);
        n.low = (long) ((low - lowInteger) * 0x1p63) << 1 | 1;
        n.normalize();
        to.round(64);
    }
}
