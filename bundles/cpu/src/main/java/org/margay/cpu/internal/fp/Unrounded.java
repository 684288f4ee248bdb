package org.margay.cpu.internal.fp;

/**
 * A finite number before rounding, with 128 bits of significand: enough that sum, product, quotient and square root of
 * 64-bit significands are known exactly or up to a sticky last bit, so that one rounding to any of the machine's
 * formats is correct.
 *
 * <p>The value is {@code ±(high + low / 2^64) * 2^(exponent - 63)}; bit 63 of {@code high} is set unless the number is
 * zero or was {@linkplain #denormalize denormalized}. Operands come as unbiased exponent and significand in the same
 * form.
 */
public final class Unrounded {
    private static final long TOP = Long.MIN_VALUE;

    public boolean negative;
    public int exponent;
    public long high;
    public long low;

    /** Whether the last {@link #round} lost something, and whether it went away from zero. */
    public boolean inexact;

    public boolean roundedUp;

    public void set(boolean negative, int exponent, long significand) {
        this.negative = negative;
        this.exponent = exponent;
        this.high = significand;
        this.low = 0;
    }

    public boolean isZero() {
        return (high | low) == 0;
    }

    /** Becomes a + b. Exact zero leaves {@link #isZero()}; its sign is the caller's business. */
    public void add(boolean negativeA, int exponentA, long a, boolean negativeB, int exponentB, long b) {
        if (exponentA < exponentB || exponentA == exponentB && Long.compareUnsigned(a, b) < 0) {
            add(negativeB, exponentB, b, negativeA, exponentA, a);
            return;
        }
        set(false, 0, b);
        shiftRight(exponentA - exponentB);
        long smallHigh = high;
        long smallLow = low;
        negative = negativeA;
        exponent = exponentA;
        if (negativeA == negativeB) {
            high = a + smallHigh;
            low = smallLow;
            if (Long.compareUnsigned(high, a) < 0) {
                shiftRight(1);
                high |= TOP;
                exponent++;
            }
        } else {
            low = -smallLow;
            high = a - smallHigh - (smallLow != 0 ? 1 : 0);
            normalize();
        }
    }

    /** Becomes a * b, exactly. */
    public void multiply(boolean negative, int exponentA, long a, int exponentB, long b) {
        this.negative = negative;
        exponent = exponentA + exponentB + 1;
        high = Math.unsignedMultiplyHigh(a, b);
        low = a * b;
        normalize();
    }

    /** Becomes a / b. */
    public void divide(boolean negative, int exponentA, long a, int exponentB, long b) {
        this.negative = negative;
        exponent = exponentA - exponentB;
        long quotient;
        if (Long.compareUnsigned(a, b) >= 0) {
            quotient = divide128(a >>> 1, a << 63, b);
        } else {
            exponent--;
            quotient = divide128(a, 0, b);
        }
        long remainder = (exponent == exponentA - exponentB ? a << 63 : 0) - quotient * b;
        high = quotient;
        low = belowUnit(remainder, Long.compareUnsigned(remainder, b - remainder));
    }

    /** Becomes the square root of a positive number. */
    public void squareRoot(int exponentA, long a) {
        negative = false;
        exponent = exponentA >> 1;
        // The radicand as a 128-bit integer between 2^126 and 2^128, so that the root has 64 bits.
        boolean odd = (exponentA & 1) != 0;
        long radicandHigh = odd ? a : a >>> 1;
        long radicandLow = odd ? 0 : a << 63;
        double estimate = Math.sqrt(unsignedToDouble(radicandHigh)) * 0x1p32;
        long root = estimate >= 0x1p64 ? -1 : doubleToUnsigned(estimate);
        // One Newton step brings the error from 2^12 to at most a few units; the loops below end it.
        root += Math.round(remainder128(radicandHigh, radicandLow, root) / (2 * unsignedToDouble(root)));
        if (root >= 0) {
            root = estimate > 0x1.8p63 ? -1 : TOP;
        }
        long restHigh = radicandHigh - Math.unsignedMultiplyHigh(root, root) - borrow(radicandLow, root * root);
        long restLow = radicandLow - root * root;
        while (restHigh < 0) {
            root--;
            long added = (root << 1) + 1;
            restLow += added;
            restHigh += (root >>> 63) + (Long.compareUnsigned(restLow, added) < 0 ? 1 : 0);
        }
        while (restHigh > 1 || restHigh == (root >>> 63) && Long.compareUnsigned(restLow, root << 1) > 0) {
            long taken = (root << 1) + 1;
            restHigh -= (root >>> 63) + borrow(restLow, taken);
            restLow -= taken;
            root++;
        }
        high = root;
        // (root + 1/2)^2 lies between two integers, so the remainder never is exactly half.
        low = belowUnit(restHigh | restLow, restHigh != 0 ? 1 : Long.compareUnsigned(restLow, root) > 0 ? 1 : -1);
    }

    /** The 64 bits below the unit that rounding asks for: below, at, or above half, or nothing at all. */
    private static long belowUnit(long remainder, int comparedToHalf) {
        if (remainder == 0) {
            return 0;
        }
        return comparedToHalf < 0 ? 1 : comparedToHalf == 0 ? TOP : TOP | 1;
    }

    private static long borrow(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    /** The remainder radicand - root^2 to double precision. */
    private static double remainder128(long high, long low, long root) {
        long square = root * root;
        long restHigh = high - Math.unsignedMultiplyHigh(root, root) - borrow(low, square);
        return restHigh * 0x1p64 + unsignedToDouble(low - square);
    }

    private static double unsignedToDouble(long value) {
        return value >= 0 ? value : (value >>> 1 | value & 1) * 2.0;
    }

    private static long doubleToUnsigned(double value) {
        return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) + TOP;
    }

    /**
     * Quotient of a 128-bit by a normalized 64-bit number where it fits in 64 bits, by schoolbook division with 32-bit
     * digits (Knuth, The Art of Computer Programming vol. 2, 4.3.1, algorithm D).
     */
    static long divide128(long high, long low, long divisor) {
        long divisorHigh = divisor >>> 32;
        long divisorLow = divisor & 0xFFFF_FFFFL;
        long first = digit(high, low >>> 32, divisorHigh, divisorLow);
        long rest = (high << 32 | low >>> 32) - first * divisor;
        long second = digit(rest, low & 0xFFFF_FFFFL, divisorHigh, divisorLow);
        return (first << 32) + second;
    }

    private static long digit(long high, long nextDigit, long divisorHigh, long divisorLow) {
        long digit = Long.divideUnsigned(high, divisorHigh);
        long rest = high - digit * divisorHigh;
        while (digit >>> 32 != 0 || Long.compareUnsigned(digit * divisorLow, rest << 32 | nextDigit) > 0) {
            digit--;
            rest += divisorHigh;
            if (rest >>> 32 != 0) {
                break;
            }
        }
        return digit;
    }

    /** Moves the highest set bit to bit 63. */
    public void normalize() {
        if (high == 0) {
            if (low == 0) {
                return;
            }
            high = low;
            low = 0;
            exponent -= 64;
        }
        int zeros = Long.numberOfLeadingZeros(high);
        if (zeros != 0) {
            high = high << zeros | low >>> 64 - zeros;
            low <<= zeros;
            exponent -= zeros;
        }
    }

    /** Shifts the significand right, what falls off stays as a sticky last bit; the exponent is left alone. */
    private void shiftRight(int count) {
        if (count == 0) {
            return;
        }
        if (count < 64) {
            boolean lost = low << 64 - count != 0;
            low = high << 64 - count | low >>> count | (lost ? 1 : 0);
            high >>>= count;
        } else if (count < 128) {
            boolean lost = (count == 64 ? 0 : high << 128 - count) != 0 || low != 0;
            low = high >>> count - 64 | (lost ? 1 : 0);
            high = 0;
        } else {
            low = isZero() ? 0 : 1;
            high = 0;
        }
    }

    /** Shifts down to the smallest exponent of a format, which leaves bit 63 clear. */
    public void denormalize(int minExponent) {
        shiftRight(minExponent - exponent);
        exponent = minExponent;
    }

    /** Rounds to this many bits of significand, 1-64; the unit is bit {@code 64 - bits} of {@link #high}. */
    public void round(int bits, int mode) {
        long rest = bits == 64 ? low : high << bits | (low != 0 ? 1 : 0);
        long unit = 1L << 64 - bits;
        inexact = rest != 0;
        roundedUp = inexact
                && switch (mode) {
                    case FloatFlags.NEAREST -> rest < 0 && (rest != TOP || (high & unit) != 0);
                    case FloatFlags.DOWN -> negative;
                    case FloatFlags.UP -> !negative;
                    default -> false;
                };
        high &= -unit;
        low = 0;
        if (roundedUp) {
            high += unit;
            if (high == 0) {
                high = TOP;
                exponent++;
            }
        }
    }

    /**
     * Whether the number is tiny: its magnitude, rounded to the format's precision as if the exponent had no bounds, is
     * below the format's smallest normal number (SDM vol. 1, 4.9.1.5).
     */
    public boolean isTiny(int bits, int minExponent, int mode) {
        if (exponent >= minExponent) {
            return false;
        }
        if (exponent < minExponent - 1) {
            return true;
        }
        long savedHigh = high;
        long savedLow = low;
        int savedExponent = exponent;
        round(bits, mode);
        boolean tiny = exponent < minExponent;
        high = savedHigh;
        low = savedLow;
        exponent = savedExponent;
        return tiny;
    }

    /**
     * Rounds to an integer, which {@link #high} then holds as an unsigned number; {@link #inexact} tells of a fraction.
     *
     * @return false if the magnitude is 2^64 or more
     */
    public boolean roundToInteger(int mode) {
        inexact = false;
        roundedUp = false;
        if (isZero()) {
            return true;
        }
        if (exponent > 63) {
            return false;
        }
        denormalize(63);
        round(64, mode);
        return exponent == 63;
    }
}
