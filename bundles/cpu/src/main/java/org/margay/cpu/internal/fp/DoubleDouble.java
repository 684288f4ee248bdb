package org.margay.cpu.internal.fp;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A number as the unevaluated sum of two doubles, some 106 bits, by error-free transformations (T. J. Dekker, "A
 * floating-point technique for extending the available precision", 1971). For the transcendental functions, whose
 * results have 64 bits.
 */
record DoubleDouble(double high, double low) {
    static final DoubleDouble ONE = of(1);

    static DoubleDouble of(double value) {
        return new DoubleDouble(value, 0);
    }

    /** The number nearest to a decimal constant. */
    static DoubleDouble of(String decimal) {
        BigDecimal value = new BigDecimal(decimal);
        double high = value.doubleValue();
        return new DoubleDouble(
                high,
                value.subtract(new BigDecimal(high), MathContext.UNLIMITED).doubleValue());
    }

    /** A normalized 64-bit significand as a number from 1 to 2, exactly. */
    static DoubleDouble ofSignificand(long significand) {
        return sumOrdered((significand >>> 11) * 0x1p-52, (significand & 0x7FF) * 0x1p-63);
    }

    /** The exact sum of two doubles, the first being the larger one. */
    private static DoubleDouble sumOrdered(double a, double b) {
        double sum = a + b;
        return new DoubleDouble(sum, b - (sum - a));
    }

    DoubleDouble plus(DoubleDouble other) {
        double sum = high + other.high;
        double shadow = sum - high;
        double error = (high - (sum - shadow)) + (other.high - shadow);
        double lowSum = low + other.low;
        double lowShadow = lowSum - low;
        double lowError = (low - (lowSum - lowShadow)) + (other.low - lowShadow);
        DoubleDouble partial = sumOrdered(sum, error + lowSum);
        return sumOrdered(partial.high, partial.low + lowError);
    }

    DoubleDouble plus(double other) {
        return plus(of(other));
    }

    DoubleDouble minus(DoubleDouble other) {
        return plus(other.negated());
    }

    DoubleDouble negated() {
        return new DoubleDouble(-high, -low);
    }

    DoubleDouble times(DoubleDouble other) {
        double product = high * other.high;
        double error = Math.fma(high, other.high, -product) + (high * other.low + low * other.high);
        return sumOrdered(product, error);
    }

    DoubleDouble times(double other) {
        return times(of(other));
    }

    /** Multiplies by a power of two, exactly while nothing underflows. */
    DoubleDouble scaled(int exponent) {
        return new DoubleDouble(Math.scalb(high, exponent), Math.scalb(low, exponent));
    }

    DoubleDouble over(DoubleDouble divisor) {
        double first = high / divisor.high;
        DoubleDouble rest = minus(divisor.times(first));
        double second = rest.high / divisor.high;
        double third = rest.minus(divisor.times(second)).high / divisor.high;
        return sumOrdered(first, second).plus(third);
    }
}
