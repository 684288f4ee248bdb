package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.fp.FloatFlags;

/**
 * SSE arithmetic by the host's, where that is the same bit for bit: rounding to nearest, operands normal or zero,
 * result normal or an exact zero. Everything else, NaNs above all, is {@link SoftFloat}'s. Whether a result is inexact
 * is computed from the rounding error only while MXCSR does not yet say so. Elements are raw bits; singles in the low
 * half.
 */
final class FastFloat {
    /** Results and operands from here on have rounding errors that are doubles themselves. */
    private static final double ERROR_IS_NORMAL = 0x1p-900;

    private FastFloat() {}

    // --- double precision ---

    private static boolean isOrdinary(long bits) {
        long magnitude = bits << 1;
        return magnitude == 0 || Long.compareUnsigned(magnitude - (1L << 53), (0x7FFL << 53) - (1L << 53)) < 0;
    }

    /** Above the smallest normal number: that one itself may have been rounded up to, which counts as tiny. */
    private static boolean isNormal(double value) {
        double magnitude = Math.abs(value);
        return magnitude > Double.MIN_NORMAL && magnitude <= Double.MAX_VALUE;
    }

    private static boolean isFast(SseUnit unit, long a, long b) {
        return unit.roundsToNearest() && isOrdinary(a) && isOrdinary(b);
    }

    private static long inexactIf(SseUnit unit, boolean inexact, double result) {
        if (inexact) {
            unit.raise(FloatFlags.PRECISION);
        }
        return Double.doubleToRawLongBits(result);
    }

    static long addDouble(SseUnit unit, long a, long b) {
        if (isFast(unit, a, b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double sum = x + y;
            if (isNormal(sum) || sum == 0) {
                return inexactIf(unit, !unit.ignoresPrecision() && sumError(x, y, sum) != 0, sum);
            }
        }
        return SoftFloat.add(unit, BinaryFormat.DOUBLE, a, b);
    }

    static long subtractDouble(SseUnit unit, long a, long b) {
        if (isFast(unit, a, b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double difference = x - y;
            if (isNormal(difference) || difference == 0) {
                return inexactIf(unit, !unit.ignoresPrecision() && sumError(x, -y, difference) != 0, difference);
            }
        }
        return SoftFloat.subtract(unit, BinaryFormat.DOUBLE, a, b);
    }

    /** What the sum lacks, exactly (D. E. Knuth, The Art of Computer Programming vol. 2, 4.2.2, theorem B). */
    private static double sumError(double x, double y, double sum) {
        double shadow = sum - x;
        return (x - (sum - shadow)) + (y - shadow);
    }

    static long multiplyDouble(SseUnit unit, long a, long b) {
        if (isFast(unit, a, b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double product = x * y;
            if (x == 0 || y == 0) {
                return Double.doubleToRawLongBits(product);
            }
            if (isNormal(product)) {
                if (unit.ignoresPrecision()) {
                    return Double.doubleToRawLongBits(product);
                }
                if (Math.abs(product) > ERROR_IS_NORMAL) {
                    return inexactIf(unit, Math.fma(x, y, -product) != 0, product);
                }
            }
        }
        return SoftFloat.multiply(unit, BinaryFormat.DOUBLE, a, b);
    }

    static long divideDouble(SseUnit unit, long a, long b) {
        if (isFast(unit, a, b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double quotient = x / y;
            if (isNormal(quotient)) {
                if (unit.ignoresPrecision()) {
                    return Double.doubleToRawLongBits(quotient);
                }
                if (Math.abs(x) > ERROR_IS_NORMAL) {
                    return inexactIf(unit, Math.fma(-quotient, y, x) != 0, quotient);
                }
            }
        }
        return SoftFloat.divide(unit, BinaryFormat.DOUBLE, a, b);
    }

    /** Of the second operand, the first is the destination's old value. */
    static long squareRootDouble(SseUnit unit, long ignored, long b) {
        if (unit.roundsToNearest() && isOrdinary(b) && b > 0) {
            double x = Double.longBitsToDouble(b);
            double root = Math.sqrt(x);
            if (unit.ignoresPrecision()) {
                return Double.doubleToRawLongBits(root);
            }
            if (x > ERROR_IS_NORMAL) {
                return inexactIf(unit, Math.fma(-root, root, x) != 0, root);
            }
        }
        return SoftFloat.squareRoot(unit, BinaryFormat.DOUBLE, b);
    }

    static long minDouble(SseUnit unit, long a, long b) {
        if (isOrdinary(a) && isOrdinary(b)) {
            return Double.longBitsToDouble(a) < Double.longBitsToDouble(b) ? a : b;
        }
        return SoftFloat.min(unit, BinaryFormat.DOUBLE, a, b);
    }

    static long maxDouble(SseUnit unit, long a, long b) {
        if (isOrdinary(a) && isOrdinary(b)) {
            return Double.longBitsToDouble(a) > Double.longBitsToDouble(b) ? a : b;
        }
        return SoftFloat.max(unit, BinaryFormat.DOUBLE, a, b);
    }

    static int compareDouble(SseUnit unit, long a, long b, boolean quiet) {
        if (isOrdinary(a) && isOrdinary(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            return x < y ? SoftFloat.LESS : x == y ? SoftFloat.EQUAL : SoftFloat.GREATER;
        }
        return SoftFloat.compare(unit, BinaryFormat.DOUBLE, a, b, quiet);
    }

    // --- single precision: doubles hold products exactly, and sums, quotients and roots without a second rounding
    // error ---

    private static boolean isOrdinary32(long bits) {
        int magnitude = (int) bits << 1;
        return magnitude == 0 || Integer.compareUnsigned(magnitude - (1 << 24), (0xFF << 24) - (1 << 24)) < 0;
    }

    private static boolean isNormal(float value) {
        float magnitude = Math.abs(value);
        return magnitude > Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE;
    }

    private static boolean isFast32(SseUnit unit, long a, long b) {
        return unit.roundsToNearest() && isOrdinary32(a) && isOrdinary32(b);
    }

    private static float single(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
    }

    private static long inexactIf(SseUnit unit, boolean inexact, float result) {
        if (inexact) {
            unit.raise(FloatFlags.PRECISION);
        }
        return bits(result);
    }

    static long addSingle(SseUnit unit, long a, long b) {
        if (isFast32(unit, a, b)) {
            float x = single(a);
            float y = single(b);
            float sum = x + y;
            if (isNormal(sum) || sum == 0) {
                return inexactIf(unit, !unit.ignoresPrecision() && sumError(x, y, sum) != 0, sum);
            }
        }
        return SoftFloat.add(unit, BinaryFormat.SINGLE, a, b);
    }

    static long subtractSingle(SseUnit unit, long a, long b) {
        if (isFast32(unit, a, b)) {
            float x = single(a);
            float y = single(b);
            float difference = x - y;
            if (isNormal(difference) || difference == 0) {
                return inexactIf(unit, !unit.ignoresPrecision() && sumError(x, -y, difference) != 0, difference);
            }
        }
        return SoftFloat.subtract(unit, BinaryFormat.SINGLE, a, b);
    }

    private static float sumError(float x, float y, float sum) {
        float shadow = sum - x;
        return (x - (sum - shadow)) + (y - shadow);
    }

    static long multiplySingle(SseUnit unit, long a, long b) {
        if (isFast32(unit, a, b)) {
            double exact = (double) single(a) * single(b);
            float product = (float) exact;
            if (isNormal(product) || exact == 0) {
                return inexactIf(unit, product != exact, product);
            }
        }
        return SoftFloat.multiply(unit, BinaryFormat.SINGLE, a, b);
    }

    static long divideSingle(SseUnit unit, long a, long b) {
        if (isFast32(unit, a, b)) {
            float x = single(a);
            float y = single(b);
            float quotient = x / y;
            if (isNormal(quotient)) {
                return inexactIf(unit, (double) quotient * y != x, quotient);
            }
        }
        return SoftFloat.divide(unit, BinaryFormat.SINGLE, a, b);
    }

    /** Of the second operand, the first is the destination's old value. */
    static long squareRootSingle(SseUnit unit, long ignored, long b) {
        if (unit.roundsToNearest() && isOrdinary32(b) && (int) b > 0) {
            float x = single(b);
            float root = (float) Math.sqrt(x);
            return inexactIf(unit, (double) root * root != x, root);
        }
        return SoftFloat.squareRoot(unit, BinaryFormat.SINGLE, b);
    }

    static long minSingle(SseUnit unit, long a, long b) {
        if (isOrdinary32(a) && isOrdinary32(b)) {
            return single(a) < single(b) ? a : b;
        }
        return SoftFloat.min(unit, BinaryFormat.SINGLE, a, b);
    }

    static long maxSingle(SseUnit unit, long a, long b) {
        if (isOrdinary32(a) && isOrdinary32(b)) {
            return single(a) > single(b) ? a : b;
        }
        return SoftFloat.max(unit, BinaryFormat.SINGLE, a, b);
    }

    static int compareSingle(SseUnit unit, long a, long b, boolean quiet) {
        if (isOrdinary32(a) && isOrdinary32(b)) {
            float x = single(a);
            float y = single(b);
            return x < y ? SoftFloat.LESS : x == y ? SoftFloat.EQUAL : SoftFloat.GREATER;
        }
        return SoftFloat.compare(unit, BinaryFormat.SINGLE, a, b, quiet);
    }
}
