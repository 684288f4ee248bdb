package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;

/**
 * The arithmetic flags as translated code holds them: which operation was last (a kind and a size), and up to three numbers
 * of it, of which only the low bytes of that size count. On top of that may lie an operation that set but some of the flags
 * (INC, DEC, rotates, carry). So no flag is computed unless something looks, and mostly nothing is copied: the numbers are the
 * guest registers themselves.
 */
public final class JitFlags {
    /** Kinds, shifted left by {@link #SIZE_BITS}, with the logarithm of the size below. */
    static final int SIZE_BITS = 2;

    /** As {@link Cpu} has them. */
    static final int IN_CPU = 0;

    /** CMP: a and b. */
    static final int COMPARE = 1;

    /** SUB and NEG: a is the result, b the subtrahend. */
    static final int SUBTRACT = 2;

    /** ADD: a is the result, b an addend. */
    static final int ADD = 3;

    /** AND, OR, XOR, TEST: a is the result. */
    static final int LOGIC = 4;

    /** ADC and SBB: a, b, and c is the result. */
    static final int ADD_CARRY = 5, SUBTRACT_BORROW = 6;

    /** Shifts: a is the result, b what was shifted, c by how many bits; not zero. */
    static final int SHIFT_LEFT = 7, SHIFT_RIGHT = 8, SHIFT_RIGHT_SIGNED = 9;

    /** a is the result, b the bits of CF and OF. */
    static final int PARTIAL = 10;

    /** a is all flags. */
    static final int EXPLICIT = 11;

    /** IMUL with a truncated result: a, b, and c is the result. */
    static final int MULTIPLY = 12;

    /** What may lie on top; with the size in the same way. INC and DEC: the result. */
    static final int NOTHING = 0, INCREMENT = 1, DECREMENT = 2;

    /** Rotates: the result. */
    static final int ROTATE_LEFT = 3, ROTATE_RIGHT = 4;

    /** CF or ZF alone: 0 or 1. */
    static final int CARRY = 5, ZERO = 6;

    private JitFlags() {}

    static int code(int kind, int size) {
        return kind << SIZE_BITS | Integer.numberOfTrailingZeros(size);
    }

    private static long extend(long value, int code) {
        return switch (code & 3) {
            case 0 -> (byte) value;
            case 1 -> (short) value;
            case 2 -> (int) value;
            default -> value;
        };
    }

    private static int bits(int code) {
        return 8 << (code & 3);
    }

    private static long zeroExtend(long value, int code) {
        return value & -1L >>> 64 - bits(code);
    }

    /** Puts the flags into the processor's fields. */
    public static void store(Cpu cpu, int code, long a, long b, long c, int top, long topValue) {
        switch (code >> SIZE_BITS) {
            case IN_CPU -> {}
            case COMPARE -> LazyFlags.sub(cpu, extend(a, code), extend(b, code), extend(a - b, code));
            case SUBTRACT -> LazyFlags.sub(cpu, extend(a + b, code), extend(b, code), extend(a, code));
            case ADD -> LazyFlags.add(cpu, extend(a - b, code), extend(b, code), extend(a, code));
            case LOGIC -> LazyFlags.logic(cpu, extend(a, code));
            case ADD_CARRY -> LazyFlags.add(cpu, extend(a, code), extend(b, code), extend(c, code));
            case SUBTRACT_BORROW -> LazyFlags.sub(cpu, extend(a, code), extend(b, code), extend(c, code));
            case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED -> {
                long carry = carry(code, a, b, c);
                LazyFlags.partial(cpu, extend(a, code), (int) (carry | shiftOverflow(code, a, b, carry) << 11));
            }
            case MULTIPLY ->
                LazyFlags.partial(cpu, extend(c, code), carry(code, a, b, c) == 0 ? 0 : LazyFlags.CF | LazyFlags.OF);
            case PARTIAL -> LazyFlags.partial(cpu, extend(a, code), (int) b);
            default -> LazyFlags.setArithmetic(cpu, (int) a);
        }
        switch (top >> SIZE_BITS) {
            case NOTHING -> {}
            case INCREMENT, DECREMENT -> {
                boolean increment = top >> SIZE_BITS == INCREMENT;
                boolean carry = LazyFlags.cf(cpu);
                long result = extend(topValue, top);
                cpu.flagOp = increment ? LazyFlags.INC : LazyFlags.DEC;
                cpu.flagA = extend(increment ? result - 1 : result + 1, top);
                cpu.flagB = carry ? 1 : 0;
                cpu.flagResult = result;
            }
            case ROTATE_LEFT -> {
                long carry = topValue & 1;
                rotated(cpu, carry, topValue >>> bits(top) - 1 & 1 ^ carry);
            }
            case ROTATE_RIGHT -> {
                long carry = topValue >>> bits(top) - 1 & 1;
                rotated(cpu, carry, topValue >>> bits(top) - 2 & 1 ^ carry);
            }
            case CARRY -> LazyFlags.update(cpu, LazyFlags.CF, topValue == 0 ? 0 : LazyFlags.CF);
            default -> LazyFlags.update(cpu, LazyFlags.ZF, topValue == 0 ? 0 : LazyFlags.ZF);
        }
    }

    private static void rotated(Cpu cpu, long carry, long overflow) {
        LazyFlags.update(cpu, LazyFlags.CF | LazyFlags.OF, (int) (carry | overflow << 11));
    }

    private static long shiftOverflow(int code, long result, long value, long carry) {
        return switch (code >> SIZE_BITS) {
            case SHIFT_LEFT -> result >>> bits(code) - 1 & 1 ^ carry;
            case SHIFT_RIGHT -> value >>> bits(code) - 1 & 1;
            default -> 0;
        };
    }

    private static boolean overflows(int code, long a, long b) {
        long x = extend(a, code);
        long y = extend(b, code);
        long product = x * y;
        return bits(code) == 64 ? Math.multiplyHigh(x, y) != product >> 63 : product != extend(product, code);
    }

    /** CF of a known kind other than {@link #IN_CPU}, with nothing on top: 0 or 1. */
    public static int carry(int code, long a, long b, long c) {
        return (int)
                switch (code >> SIZE_BITS) {
                    case COMPARE -> Long.compareUnsigned(zeroExtend(a, code), zeroExtend(b, code)) >>> 31;
                    case SUBTRACT -> Long.compareUnsigned(zeroExtend(a + b, code), zeroExtend(b, code)) >>> 31;
                    case ADD -> Long.compareUnsigned(zeroExtend(a, code), zeroExtend(b, code)) >>> 31;
                    case ADD_CARRY -> (a & b | (a | b) & ~c) >>> bits(code) - 1 & 1;
                    case SUBTRACT_BORROW -> (~a & b | (~a | b) & c) >>> bits(code) - 1 & 1;
                    case SHIFT_LEFT -> c > bits(code) ? 0 : b >>> bits(code) - (int) c & 1;
                    case SHIFT_RIGHT -> zeroExtend(b, code) >>> c - 1 & 1;
                    case SHIFT_RIGHT_SIGNED -> extend(b, code) >> c - 1 & 1;
                    case MULTIPLY -> overflows(code, a, b) ? 1 : 0;
                    case PARTIAL -> b & 1;
                    case EXPLICIT -> a & 1;
                    default -> 0;
                };
    }

    /** CF, whatever the state. */
    public static int anyCarry(Cpu cpu, int code, long a, long b, long c, int top, long topValue) {
        store(cpu, code, a, b, c, top, topValue);
        return LazyFlags.cf(cpu) ? 1 : 0;
    }

    /** A condition by its number in the encoding, whatever the state. */
    public static boolean condition(Cpu cpu, int code, long a, long b, long c, int top, long topValue, int condition) {
        store(cpu, code, a, b, c, top, topValue);
        return LazyFlags.condition(cpu, condition);
    }

    /** All six as RFLAGS bits, whatever the state. */
    public static long all(Cpu cpu, int code, long a, long b, long c, int top, long topValue) {
        store(cpu, code, a, b, c, top, topValue);
        return LazyFlags.arithmetic(cpu);
    }
}
