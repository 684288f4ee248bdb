package org.margay.cpu.internal.fp;

/**
 * Elementary functions on small arguments, to about 2^-100. Each is given as what multiplies the argument (sin x / x
 * and so on), so that the relative error stays small near zero, even where the argument itself is below a double's
 * range.
 */
final class Series {
    static final DoubleDouble LN2 = DoubleDouble.of("0.693147180559945309417232121458176568075500134360255254120680");
    static final DoubleDouble PI = DoubleDouble.of("3.14159265358979323846264338327950288419716939937510582097494459");
    static final DoubleDouble HALF_PI = PI.scaled(-1);

    /** 1/n! for n up to 31. */
    private static final DoubleDouble[] INVERSE_FACTORIALS = inverseFactorials(32);

    /** 1/(2k + 1) for k up to 23. */
    private static final DoubleDouble[] INVERSE_ODD = inverseOdd(24);

    private static final int TRIGONOMETRIC_TERMS = 15;

    private Series() {}

    private static DoubleDouble[] inverseFactorials(int count) {
        DoubleDouble[] inverse = new DoubleDouble[count];
        inverse[0] = DoubleDouble.ONE;
        for (int n = 1; n < count; n++) {
            inverse[n] = inverse[n - 1].over(DoubleDouble.of(n));
        }
        return inverse;
    }

    private static DoubleDouble[] inverseOdd(int count) {
        DoubleDouble[] inverse = new DoubleDouble[count];
        for (int k = 0; k < count; k++) {
            inverse[k] = DoubleDouble.ONE.over(DoubleDouble.of(2 * k + 1));
        }
        return inverse;
    }

    /** sin(x) / x for |x| up to π/4. */
    static DoubleDouble sineOverX(DoubleDouble x) {
        return alternating(x, 1);
    }

    /** cos(x) for |x| up to π/4. */
    static DoubleDouble cosine(DoubleDouble x) {
        return alternating(x, 0);
    }

    private static DoubleDouble alternating(DoubleDouble x, int first) {
        DoubleDouble square = x.times(x).negated();
        DoubleDouble sum = INVERSE_FACTORIALS[2 * TRIGONOMETRIC_TERMS + first];
        for (int k = TRIGONOMETRIC_TERMS - 1; k >= 0; k--) {
            sum = sum.times(square).plus(INVERSE_FACTORIALS[2 * k + first]);
        }
        return sum;
    }

    /** (e^x - 1) / x for |x| up to ln 2. */
    static DoubleDouble exponentialMinusOneOverX(DoubleDouble x) {
        DoubleDouble sum = INVERSE_FACTORIALS[INVERSE_FACTORIALS.length - 1];
        for (int n = INVERSE_FACTORIALS.length - 2; n >= 1; n--) {
            sum = sum.times(x).plus(INVERSE_FACTORIALS[n]);
        }
        return sum;
    }

    /** ln((1 + s) / (1 - s)) / 2s for |s| up to 0.2: the series of the inverse hyperbolic tangent. */
    static DoubleDouble inverseHyperbolicTangentOverS(DoubleDouble s) {
        DoubleDouble square = s.times(s);
        DoubleDouble sum = INVERSE_ODD[INVERSE_ODD.length - 1];
        for (int k = INVERSE_ODD.length - 2; k >= 0; k--) {
            sum = sum.times(square).plus(INVERSE_ODD[k]);
        }
        return sum;
    }

    /**
     * The angle from 0 to π/4 with this tangent: the double's arc tangent, corrected by one step of addition theorems.
     */
    static DoubleDouble arcTangent(DoubleDouble tangent) {
        DoubleDouble estimate = DoubleDouble.of(Math.atan(tangent.high()));
        DoubleDouble sine = estimate.times(sineOverX(estimate));
        DoubleDouble cosine = cosine(estimate);
        DoubleDouble correction = tangent.times(cosine).minus(sine).over(cosine.plus(tangent.times(sine)));
        return estimate.plus(correction);
    }
}
