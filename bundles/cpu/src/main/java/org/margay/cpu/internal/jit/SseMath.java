package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.Cpu;

/**
 * SSE arithmetic that translated code calls: the host's, where that is the same bit for bit. It takes rounding to nearest, all
 * exceptions masked, denormals as they are, operands normal or zero, a normal or exactly zero result; and either MXCSR says
 * already that something was inexact, or this is exact. All else is {@link Inexact}, for the interpreter. Elements are raw
 * bits; singles in the low half.
 */
public final class SseMath {
    private static final int CR0_EM = 4, CR0_TS = 8;
    private static final int CR4_OSFXSR = 1 << 9;

    /** Rounding, FTZ, DAZ and the masks; and what they must be. */
    private static final int MODE = 0xFFC0, PLAIN = 0x1F80;

    private static final int PRECISION = 1 << 5;

    /** Rounding errors of results and operands from here on are doubles themselves. */
    private static final double ERROR_IS_NORMAL = 0x1p-900;

    /** Bits without the sign, shifted left by one: of the smallest normal number and of infinity. */
    private static final long SMALLEST = 1L << 53, INFINITE = 0x7FFL << 53;

    private static final int SMALLEST32 = 1 << 24, INFINITE32 = 0xFF << 24;
    private static final int CARRY = 1, ZERO = 0x40;

    private SseMath() {}

    public static boolean isUsable(Cpu cpu) {
        return (cpu.cr0 & (CR0_EM | CR0_TS)) == 0 && (cpu.cr4 & CR4_OSFXSR) != 0;
    }

    /**
     * Arithmetic that is the interpreter's; the instruction has changed nothing. Not the same as a miss in the TLB, so that HotSpot finds a
     * region's handler for this one never reached, and leaves out what leads there: with it n-body took three times as long.
     */
    public static final class Inexact extends RuntimeException {
        static final Inexact INSTANCE = new Inexact();

        private Inexact() {
            super(null, null, false, false);
        }
    }

    private static Inexact miss() {
        return Inexact.INSTANCE;
    }

    private static void checkMode(int mxcsr) {
        if ((mxcsr & MODE) != PLAIN) {
            throw miss();
        }
    }

    private static boolean isDenormal(long bits) {
        return Long.compareUnsigned((bits << 1) - 1, SMALLEST - 1) < 0;
    }

    /** Not a NaN, an infinity or denormal. */
    private static boolean isOrdinary(long bits) {
        long magnitude = bits << 1;
        return magnitude == 0 || Long.compareUnsigned(magnitude - SMALLEST, INFINITE - SMALLEST) < 0;
    }

    /**
     * Above the smallest normal number: that one itself may have been rounded up to, which counts as tiny. One comparison of bits, as each
     * branch of these methods costs every place that is translated to them some 200 bytes.
     */
    private static boolean isNormal(double value) {
        long magnitude = Double.doubleToRawLongBits(value) << 1;
        return Long.compareUnsigned(magnitude - (SMALLEST + 1), INFINITE - (SMALLEST + 1)) < 0;
    }

    private static boolean isNormal(float value) {
        int magnitude = Float.floatToRawIntBits(value) << 1;
        return Integer.compareUnsigned(magnitude - (SMALLEST32 + 1), INFINITE32 - (SMALLEST32 + 1)) < 0;
    }

    private static boolean isDenormal32(long bits) {
        return Integer.compareUnsigned(((int) bits << 1) - 1, SMALLEST32 - 1) < 0;
    }

    private static boolean isOrdinary32(long bits) {
        int magnitude = (int) bits << 1;
        return magnitude == 0 || Integer.compareUnsigned(magnitude - SMALLEST32, INFINITE32 - SMALLEST32) < 0;
    }

    // --- double precision; an operand that is known to be ordinary needs no look ---

    public static long addDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double sum = x + y;
        if (!knownA && isDenormal(a) || !knownB && isDenormal(b) || !isNormal(sum) && sum != 0) {
            throw miss();
        }
        if ((mxcsr & PRECISION) == 0 && sumError(x, y, sum) != 0) {
            throw miss();
        }
        return Double.doubleToRawLongBits(sum);
    }

    public static long subtractDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double difference = x - y;
        if (!knownA && isDenormal(a) || !knownB && isDenormal(b) || !isNormal(difference) && difference != 0) {
            throw miss();
        }
        if ((mxcsr & PRECISION) == 0 && sumError(x, -y, difference) != 0) {
            throw miss();
        }
        return Double.doubleToRawLongBits(difference);
    }

    /** What the sum lacks, exactly (D. E. Knuth, The Art of Computer Programming vol. 2, 4.2.2, theorem B). */
    private static double sumError(double x, double y, double sum) {
        double shadow = sum - x;
        return (x - (sum - shadow)) + (y - shadow);
    }

    public static long multiplyDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double product = x * y;
        if (!knownA && isDenormal(a)
                || !knownB && isDenormal(b)
                || !isNormal(product) && (product != 0 || x != 0 && y != 0)) {
            throw miss();
        }
        if ((mxcsr & PRECISION) == 0
                && product != 0
                && !(Math.abs(product) > ERROR_IS_NORMAL && Math.fma(x, y, -product) == 0)) {
            throw miss();
        }
        return Double.doubleToRawLongBits(product);
    }

    public static long divideDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double quotient = x / y;
        if (!knownA && isDenormal(a) || !knownB && isDenormal(b) || !isNormal(quotient)) {
            throw miss();
        }
        if ((mxcsr & PRECISION) == 0 && !(Math.abs(x) > ERROR_IS_NORMAL && Math.fma(-quotient, y, x) == 0)) {
            throw miss();
        }
        return Double.doubleToRawLongBits(quotient);
    }

    public static long squareRootDouble(int mxcsr, long b) {
        checkMode(mxcsr);
        double x = Double.longBitsToDouble(b);
        if (x < 0 || !isNormal(x)) {
            throw miss();
        }
        double root = Math.sqrt(x);
        if ((mxcsr & PRECISION) == 0 && !(x > ERROR_IS_NORMAL && Math.fma(-root, root, x) == 0)) {
            throw miss();
        }
        return Double.doubleToRawLongBits(root);
    }

    public static long minDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        if (!knownA && !isOrdinary(a) || !knownB && !isOrdinary(b)) {
            throw miss();
        }
        return Double.longBitsToDouble(a) < Double.longBitsToDouble(b) ? a : b;
    }

    public static long maxDouble(int mxcsr, long a, long b, boolean knownA, boolean knownB) {
        checkMode(mxcsr);
        if (!knownA && !isOrdinary(a) || !knownB && !isOrdinary(b)) {
            throw miss();
        }
        return Double.longBitsToDouble(a) > Double.longBitsToDouble(b) ? a : b;
    }

    /** RFLAGS of COMISD: CF for less, ZF for equal. */
    public static long compareDouble(int mxcsr, long a, long b) {
        checkMode(mxcsr);
        if (!isOrdinary(a) || !isOrdinary(b)) {
            throw miss();
        }
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        return x < y ? CARRY : x == y ? ZERO : 0;
    }

    /** CMPSD and its like, by predicate. */
    public static long maskDouble(int mxcsr, long a, long b, int predicate) {
        return holds(compareDouble(mxcsr, a, b), predicate) ? -1 : 0;
    }

    private static boolean holds(long order, int predicate) {
        boolean plain = switch (predicate & 3) {
            case 0 -> order == ZERO;
            case 1 -> order == CARRY;
            case 2 -> order != 0;
            default -> false;
        };
        return plain == ((predicate & 4) == 0);
    }

    // --- single precision: doubles hold products exactly, and quotients and roots without a second rounding error ---

    private static float single(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
    }

    private static void check32(int mxcsr, long a, long b, boolean valid) {
        checkMode(mxcsr);
        if (isDenormal32(a) || isDenormal32(b) || !valid) {
            throw miss();
        }
    }

    public static long addSingle(int mxcsr, long a, long b) {
        float x = single(a);
        float y = single(b);
        float sum = x + y;
        check32(mxcsr, a, b, isNormal(sum) || sum == 0);
        if ((mxcsr & PRECISION) == 0 && sumError(x, y, sum) != 0) {
            throw miss();
        }
        return bits(sum);
    }

    public static long subtractSingle(int mxcsr, long a, long b) {
        float x = single(a);
        float y = single(b);
        float difference = x - y;
        check32(mxcsr, a, b, isNormal(difference) || difference == 0);
        if ((mxcsr & PRECISION) == 0 && sumError(x, -y, difference) != 0) {
            throw miss();
        }
        return bits(difference);
    }

    private static float sumError(float x, float y, float sum) {
        float shadow = sum - x;
        return (x - (sum - shadow)) + (y - shadow);
    }

    public static long multiplySingle(int mxcsr, long a, long b) {
        float x = single(a);
        float y = single(b);
        float product = x * y;
        check32(mxcsr, a, b, isNormal(product) || product == 0 && (x == 0 || y == 0));
        if ((mxcsr & PRECISION) == 0 && product != (double) x * y) {
            throw miss();
        }
        return bits(product);
    }

    public static long divideSingle(int mxcsr, long a, long b) {
        float x = single(a);
        float y = single(b);
        float quotient = x / y;
        check32(mxcsr, a, b, isNormal(quotient));
        if ((mxcsr & PRECISION) == 0 && (double) quotient * y != x) {
            throw miss();
        }
        return bits(quotient);
    }

    public static long squareRootSingle(int mxcsr, long b) {
        checkMode(mxcsr);
        float x = single(b);
        if (x < 0 || !isNormal(x)) {
            throw miss();
        }
        float root = (float) Math.sqrt(x);
        if ((mxcsr & PRECISION) == 0 && (double) root * root != x) {
            throw miss();
        }
        return bits(root);
    }

    /** RFLAGS of COMISS. */
    public static long compareSingle(int mxcsr, long a, long b) {
        checkMode(mxcsr);
        if (!isOrdinary32(a) || !isOrdinary32(b)) {
            throw miss();
        }
        float x = single(a);
        float y = single(b);
        return x < y ? CARRY : x == y ? ZERO : 0;
    }

    // --- conversions ---

    public static long longToDouble(int mxcsr, long value) {
        checkMode(mxcsr);
        double result = value;
        if ((mxcsr & PRECISION) == 0 && Math.abs(value) > 1L << 53) {
            throw miss();
        }
        return Double.doubleToRawLongBits(result);
    }

    public static long longToSingle(int mxcsr, long value) {
        checkMode(mxcsr);
        float result = value;
        if ((mxcsr & PRECISION) == 0 && Math.abs(value) > 1L << 24) {
            throw miss();
        }
        return bits(result);
    }

    /** Truncated, to 4 bytes. */
    public static long doubleToInt(int mxcsr, long bits) {
        checkMode(mxcsr);
        double value = Double.longBitsToDouble(bits);
        int result = (int) value;
        if (!(Math.abs(value) < 0x1p31) || (mxcsr & PRECISION) == 0 && result != value) {
            throw miss();
        }
        return result & 0xFFFF_FFFFL;
    }

    /** Truncated, to 8 bytes. */
    public static long doubleToLong(int mxcsr, long bits) {
        checkMode(mxcsr);
        double value = Double.longBitsToDouble(bits);
        long result = (long) value;
        if (!(Math.abs(value) < 0x1p63) || (mxcsr & PRECISION) == 0 && result != value) {
            throw miss();
        }
        return result;
    }

    public static long singleToDouble(int mxcsr, long bits) {
        checkMode(mxcsr);
        if (!isOrdinary32(bits)) {
            throw miss();
        }
        return Double.doubleToRawLongBits(single(bits));
    }

    public static long doubleToSingle(int mxcsr, long bits) {
        checkMode(mxcsr);
        double value = Double.longBitsToDouble(bits);
        float result = (float) value;
        if (!isOrdinary(bits) || !(isNormal(result) || value == 0) || (mxcsr & PRECISION) == 0 && result != value) {
            throw miss();
        }
        return bits(result);
    }

    // --- shuffles ---

    /** Two of the four dwords of a value: by the low four bits of an order. */
    public static long dwords(long low, long high, int order) {
        long first = (order & 2) == 0 ? low : high;
        long second = (order & 8) == 0 ? low : high;
        return first >>> 32 * (order & 1) & 0xFFFF_FFFFL | second >>> 32 * (order >> 2 & 1) << 32;
    }

    /** 16 bytes must be aligned. */
    public static void checkAligned(long linear) {
        if ((linear & 15) != 0) {
            throw miss();
        }
    }
}
