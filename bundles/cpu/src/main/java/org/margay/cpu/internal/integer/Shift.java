package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * Shifts and rotates (SDM vol. 2, RCL/RCR/ROL/ROR, SAL/SAR/SHL/SHR, SHLD, SHRD), as an {@link Operation} whose b is the
 * count, masked. A count of zero leaves the flags alone. Where the manual leaves OF undefined it is computed as for a count
 * of one.
 */
final class Shift {
    private Shift() {}

    private static long topBit(long value, int bits) {
        return value >>> bits - 1 & 1;
    }

    private static void rotated(Cpu cpu, long carry, long overflow) {
        LazyFlags.update(cpu, LazyFlags.CF | LazyFlags.OF, (int) (carry | overflow << 11));
    }

    static long rol(Cpu cpu, long a, long count, int size) {
        if (count == 0) {
            return a;
        }
        int bits = 8 * size;
        long value = Sizes.zeroExtend(a, size);
        int n = (int) count % bits;
        long result = n == 0 ? value : Sizes.zeroExtend(value << n | value >>> bits - n, size);
        long carry = result & 1;
        rotated(cpu, carry, topBit(result, bits) ^ carry);
        return Sizes.signExtend(result, size);
    }

    static long ror(Cpu cpu, long a, long count, int size) {
        if (count == 0) {
            return a;
        }
        int bits = 8 * size;
        long value = Sizes.zeroExtend(a, size);
        int n = (int) count % bits;
        long result = n == 0 ? value : Sizes.zeroExtend(value >>> n | value << bits - n, size);
        long carry = topBit(result, bits);
        rotated(cpu, carry, carry ^ topBit(result, bits - 1));
        return Sizes.signExtend(result, size);
    }

    static long rcl(Cpu cpu, long a, long count, int size) {
        int bits = 8 * size;
        int n = (int) count % (bits + 1);
        if (n == 0) {
            return a;
        }
        long carryIn = LazyFlags.cf(cpu) ? 1 : 0;
        long value = Sizes.zeroExtend(a, size);
        long result = n == bits ? 0 : n == 64 ? 0 : value << n;
        result |= carryIn << n - 1;
        if (n > 1) {
            result |= value >>> bits + 1 - n;
        }
        result = Sizes.zeroExtend(result, size);
        long carry = value >>> bits - n & 1;
        rotated(cpu, carry, topBit(result, bits) ^ carry);
        return Sizes.signExtend(result, size);
    }

    static long rcr(Cpu cpu, long a, long count, int size) {
        int bits = 8 * size;
        int n = (int) count % (bits + 1);
        if (n == 0) {
            return a;
        }
        long carryIn = LazyFlags.cf(cpu) ? 1 : 0;
        long value = Sizes.zeroExtend(a, size);
        long result = n == 64 ? 0 : value >>> n;
        result |= carryIn << bits - n;
        if (n > 1) {
            result |= value << bits + 1 - n;
        }
        result = Sizes.zeroExtend(result, size);
        long carry = value >>> n - 1 & 1;
        rotated(cpu, carry, topBit(result, bits) ^ topBit(result, bits - 1));
        return Sizes.signExtend(result, size);
    }

    static long shl(Cpu cpu, long a, long count, int size) {
        if (count == 0) {
            return a;
        }
        int bits = 8 * size;
        int n = (int) count;
        long result = Sizes.signExtend(a << n, size);
        long carry = n <= bits ? Sizes.zeroExtend(a, size) >>> bits - n & 1 : 0;
        LazyFlags.partial(cpu, result, (int) (carry | (result >>> 63 ^ carry) << 11));
        return result;
    }

    static long shr(Cpu cpu, long a, long count, int size) {
        if (count == 0) {
            return a;
        }
        long value = Sizes.zeroExtend(a, size);
        long result = Sizes.signExtend(value >>> count, size);
        long carry = value >>> count - 1 & 1;
        LazyFlags.partial(cpu, result, (int) (carry | (a >>> 63) << 11));
        return result;
    }

    static long sar(Cpu cpu, long a, long count, int size) {
        if (count == 0) {
            return a;
        }
        long result = a >> count;
        LazyFlags.partial(cpu, result, (int) (a >> count - 1 & 1));
        return result;
    }

    /** Makes a handler; the count comes from the immediate, the constant 1 or CL. */
    static Handler handler(Operation operation, int fixedSize, Count count) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            operation.update(cpu, insn, size, count.of(cpu, insn) & (size == 8 ? 63 : 31));
        };
    }

    /** Where a count comes from. */
    @FunctionalInterface
    interface Count {
        long of(Cpu cpu, Insn insn);
    }

    /** SHLD (left) and SHRD: the source register fills what the shift leaves. */
    static Handler doubleShift(boolean left, Count count) {
        return (cpu, insn) -> {
            int size = insn.operandSize;
            int bits = 8 * size;
            int n = (int) count.of(cpu, insn) & (size == 8 ? 63 : 31);
            long fill = cpu.reg(insn, insn.reg, size);
            Operation operation = (_, a, _, _) -> {
                if (n == 0) {
                    return a;
                }
                long value = Sizes.zeroExtend(a, size);
                long result;
                long carry;
                if (n > bits) {
                    // 16 bits by more than 16: undefined; the rotation of destination and source goes on.
                    result = left
                            ? fill << n - bits | value >>> 2 * bits - n
                            : fill >>> n - bits | value << 2 * bits - n;
                    carry = left ? fill >>> 2 * bits - n : fill >>> n - bits - 1;
                } else if (n == bits) {
                    result = fill;
                    carry = left ? value : value >>> bits - 1;
                } else {
                    result = left ? value << n | fill >>> bits - n : value >>> n | fill << bits - n;
                    carry = left ? value >>> bits - n : value >>> n - 1;
                }
                result = Sizes.signExtend(result, size);
                LazyFlags.partial(cpu, result, (int) (carry & 1 | ((result ^ a) >>> 63) << 11));
                return result;
            };
            operation.update(cpu, insn, size, 0);
        };
    }
}
