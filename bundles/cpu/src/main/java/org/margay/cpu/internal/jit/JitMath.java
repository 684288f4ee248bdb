package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.mmu.FastAccess.Miss;

/** Arithmetic that translated code calls; what may fault, or is rare, is left to the interpreter by a {@link Miss}. */
public final class JitMath {
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int CARRY_AND_OVERFLOW = 0x801;

    private JitMath() {}

    /** Quotient of DIV with 8 bytes. */
    public static long divide64(long high, long low, long divisor) {
        if (high != 0 || divisor == 0) {
            throw Miss.INSTANCE;
        }
        return (low | divisor) >= 0 ? low / divisor : Long.divideUnsigned(low, divisor);
    }

    /** Quotient of DIV with 4 bytes; upper halves do not count. */
    public static long divide32(long high, long low, long divisor) {
        long by = divisor & LOW;
        if ((high & LOW) >= by) {
            throw Miss.INSTANCE;
        }
        long dividend = high << 32 | low & LOW;
        return dividend >= 0 ? dividend / by : Long.divideUnsigned(dividend, by);
    }

    /** Quotient of IDIV with 8 bytes. */
    public static long divideSigned64(long high, long low, long divisor) {
        if (high != low >> 63 || divisor == 0 || low == Long.MIN_VALUE && divisor == -1) {
            throw Miss.INSTANCE;
        }
        return low / divisor;
    }

    /** Quotient of IDIV with 4 bytes; upper halves do not count. */
    public static long divideSigned32(long high, long low, long divisor) {
        long by = (int) divisor;
        long dividend = high << 32 | low & LOW;
        if (by == 0 || dividend == Long.MIN_VALUE) {
            throw Miss.INSTANCE;
        }
        long quotient = dividend / by;
        if (quotient != (int) quotient) {
            throw Miss.INSTANCE;
        }
        return quotient;
    }

    /** CF and OF of MUL, by the upper half of the product. */
    public static long overflowBits(long high) {
        return high != 0 ? CARRY_AND_OVERFLOW : 0;
    }

    /** CF and OF of IMUL, by both halves of the product. */
    public static long overflowBits(long high, long low) {
        return high != low >> 63 ? CARRY_AND_OVERFLOW : 0;
    }

    /** The address itself, when it is canonical. */
    public static long canonical(long address) {
        if (address << 16 >> 16 != address) {
            throw Miss.INSTANCE;
        }
        return address;
    }
}
