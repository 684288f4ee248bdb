package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.table.Operand.Place;

/** SHL, SHR, SAR, ROL and ROR of a register of 4 or 8 bytes, by an immediate other than zero or by CL. */
final class ShiftOp extends Template {
    static final int ROL = 0, ROR = 1, SHL = 4, SHR = 5, SAR = 7;

    private static final int OPERATION = shape(MethodHandles.lookup(), 0);
    private static final boolean BY_CL = shape(MethodHandles.lookup(), 1) != 0;
    private static final int SIZE = shape(MethodHandles.lookup(), 2);
    private static final int BITS = 8 * SIZE;

    private final byte destination;
    private final byte count;

    ShiftOp() {
        destination = 0;
        count = 0;
    }

    private ShiftOp(Insn insn) {
        super(insn);
        destination = (byte) insn.rm;
        count = (byte) (Operands.place(insn, 1) == Place.ONE ? 1 : insn.immediate & BITS - 1);
    }

    @Override
    Op create(Insn insn) {
        return new ShiftOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        int n = BY_CL ? (int) cpu.r[Cpu.RCX] & BITS - 1 : count;
        long a = register(cpu, destination, SIZE);
        setRegister(cpu, destination, SIZE, BY_CL && n == 0 ? a : compute(cpu, a, n));
    }

    private static long compute(Cpu cpu, long a, int n) {
        switch (OPERATION) {
            case SHL -> {
                long result = extend(a << n, SIZE);
                long carry = a >>> BITS - n & 1;
                LazyFlags.partial(cpu, result, (int) (carry | (result >>> 63 ^ carry) << 11));
                return result;
            }
            case SHR -> {
                long value = SIZE == 4 ? a & 0xFFFF_FFFFL : a;
                long result = extend(value >>> n, SIZE);
                LazyFlags.partial(cpu, result, (int) (value >>> n - 1 & 1 | (a >>> 63) << 11));
                return result;
            }
            case SAR -> {
                long result = a >> n;
                LazyFlags.partial(cpu, result, (int) (a >> n - 1 & 1));
                return result;
            }
            case ROL -> {
                long result = SIZE == 4 ? Integer.rotateLeft((int) a, n) : Long.rotateLeft(a, n);
                long carry = result & 1;
                rotated(cpu, carry, result >>> 63 ^ carry);
                return result;
            }
            default -> {
                long result = SIZE == 4 ? Integer.rotateRight((int) a, n) : Long.rotateRight(a, n);
                long carry = result >>> 63;
                rotated(cpu, carry, carry ^ result >>> BITS - 2 & 1);
                return result;
            }
        }
    }

    private static void rotated(Cpu cpu, long carry, long overflow) {
        LazyFlags.update(cpu, LazyFlags.CF | LazyFlags.OF, (int) (carry | overflow << 11));
    }
}
