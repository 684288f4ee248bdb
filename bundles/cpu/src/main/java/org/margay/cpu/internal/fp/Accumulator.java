package org.margay.cpu.internal.fp;

/**
 * Where an operation on 80-bit numbers leaves its result and what it has to report, so that nothing is allocated. The
 * control word's rounding, precision and masks rule the result as SDM vol. 1, 8.5 says for masked and unmasked
 * exceptions.
 */
public final class Accumulator extends BinaryFormat.Flags {
    /** What unmasked overflow and underflow add to or take from the exponent (SDM vol. 1, 8.5.4). */
    private static final int EXPONENT_WRAP = 0x6000;

    /** The control word: masks in bits 0-5, precision in 8-9, rounding in 10-11. */
    public int control = 0x037F;

    /** Sign and biased exponent of the result. */
    public int exponent;

    public long mantissa;

    /** Remainders: the last bits of the quotient. */
    public int quotient;

    /** Remainders and trigonometric functions: the operand was too large to finish (C2). */
    public boolean incomplete;

    final Unrounded number = new Unrounded();

    public Accumulator begin(int control) {
        this.control = control;
        flags = 0;
        quotient = 0;
        incomplete = false;
        return this;
    }

    int roundingMode() {
        return control >> 10 & 3;
    }

    /** Bits of significand that the precision control asks for; the reserved value 1 acts as full precision. */
    private int precision() {
        return switch (control >> 8 & 3) {
            case 0 -> 24;
            case 2 -> 53;
            default -> 64;
        };
    }

    /** Flags among these that software wants to trap. */
    public int unmasked() {
        return flags & ~control & FloatFlags.ALL;
    }

    /** True if an unmasked exception keeps the operation from having a result. */
    public boolean suppressed() {
        return (unmasked() & FloatFlags.BEFORE_COMPUTATION) != 0;
    }

    public void set(int exponent, long mantissa) {
        this.exponent = exponent;
        this.mantissa = mantissa;
    }

    void setZero(boolean negative) {
        set(negative ? Float80.SIGN : 0, 0);
    }

    void setInfinity(boolean negative) {
        set(negative ? Float80.SIGN | Float80.SPECIAL : Float80.SPECIAL, Float80.INTEGER_BIT);
    }

    void setIndefinite() {
        set(Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
    }

    void invalid() {
        raise(FloatFlags.INVALID);
        setIndefinite();
    }

    void zeroDivide(boolean negative) {
        // A widened memory operand may have reported a denormal; division by zero comes before it.
        flags &= ~FloatFlags.DENORMAL;
        raise(FloatFlags.ZERO_DIVIDE);
        setInfinity(negative);
    }

    void checkDenormal(int exponent, long mantissa) {
        if (Float80.isDenormal(exponent, mantissa)) {
            raise(FloatFlags.DENORMAL);
        }
    }

    /** Deals with an unsupported or NaN operand; false if it is neither. */
    boolean propagate(int exponent, long mantissa) {
        if (Float80.isUnsupported(exponent, mantissa)) {
            invalid();
            return true;
        }
        if (!Float80.isNaN(exponent, mantissa)) {
            return false;
        }
        if (Float80.isSignaling(exponent, mantissa)) {
            raise(FloatFlags.INVALID);
        }
        set(exponent, mantissa | Float80.QUIET_BIT);
        return true;
    }

    /** The same for two operands, with the x87's choice among NaNs (SDM vol. 1, table 4-7). */
    boolean propagate(int exponentA, long a, int exponentB, long b) {
        if (Float80.isUnsupported(exponentA, a) || Float80.isUnsupported(exponentB, b)) {
            flags &= ~FloatFlags.DENORMAL;
            invalid();
            return true;
        }
        boolean nanA = Float80.isNaN(exponentA, a);
        boolean nanB = Float80.isNaN(exponentB, b);
        if (!nanA && !nanB) {
            return false;
        }
        boolean signalingA = Float80.isSignaling(exponentA, a);
        boolean signalingB = Float80.isSignaling(exponentB, b);
        // A NaN comes before what widening a memory operand has reported.
        flags &= ~FloatFlags.DENORMAL;
        if (signalingA || signalingB) {
            raise(FloatFlags.INVALID);
        }
        boolean first;
        if (nanA && nanB && signalingA == signalingB) {
            int order = Long.compareUnsigned(a | Float80.QUIET_BIT, b | Float80.QUIET_BIT);
            first = order != 0 ? order > 0 : !Float80.isNegative(exponentA);
        } else {
            first = nanA && !(signalingA && nanB);
        }
        if (first) {
            set(exponentA, a | Float80.QUIET_BIT);
        } else {
            set(exponentB, b | Float80.QUIET_BIT);
        }
        return true;
    }

    /** Rounds {@link #number} to the precision control's precision. */
    void round() {
        round(precision());
    }

    /** Rounds {@link #number}, which is not zero, to this many bits. */
    void round(int bits) {
        int mode = roundingMode();
        Unrounded n = number;
        if (n.isTiny(bits, Float80.MIN_EXPONENT, mode)) {
            underflow(bits, mode);
        } else {
            if (n.exponent < Float80.MIN_EXPONENT) {
                n.denormalize(Float80.MIN_EXPONENT);
            }
            n.round(bits, mode);
            if (n.exponent > Float80.MAX_EXPONENT && !overflow(bits, mode)) {
                return;
            }
        }
        if (n.inexact) {
            raise(FloatFlags.PRECISION | (n.roundedUp ? FloatFlags.ROUNDED_UP : 0));
        }
        int sign = n.negative ? Float80.SIGN : 0;
        set(n.high < 0 ? sign | n.exponent + Float80.BIAS : sign, n.high);
    }

    private void underflow(int bits, int mode) {
        Unrounded n = number;
        if ((control & FloatFlags.UNDERFLOW) == 0) {
            raise(FloatFlags.UNDERFLOW);
            n.exponent += EXPONENT_WRAP;
            if (n.exponent >= Float80.MIN_EXPONENT) {
                n.round(bits, mode);
                return;
            }
            // Only FSCALE gets so low that wrapping does not bring it back into range.
            n.set(n.negative, n.exponent, 0);
            n.inexact = true;
            n.roundedUp = false;
            return;
        }
        n.denormalize(Float80.MIN_EXPONENT);
        n.round(bits, mode);
        if (n.inexact) {
            raise(FloatFlags.UNDERFLOW);
        }
    }

    /** Wraps the exponent of the rounded number, or sets the masked response and returns false. */
    private boolean overflow(int bits, int mode) {
        Unrounded n = number;
        raise(FloatFlags.OVERFLOW);
        boolean masked = (control & FloatFlags.OVERFLOW) != 0;
        if (!masked && n.exponent - EXPONENT_WRAP <= Float80.MAX_EXPONENT) {
            n.exponent -= EXPONENT_WRAP;
            return true;
        }
        raise(FloatFlags.PRECISION);
        if (!masked || BinaryFormat.overflowsToInfinity(n.negative, mode)) {
            raise(FloatFlags.ROUNDED_UP);
            setInfinity(n.negative);
        } else {
            set((n.negative ? Float80.SIGN : 0) | Float80.SPECIAL - 1, -1L << 64 - bits);
        }
        return false;
    }
}
