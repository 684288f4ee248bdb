package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** CMP or TEST with the conditional jump behind it: the condition comes from the operands, not from the flags. */
final class CompareJumpOp extends Template {
    private static final int OPERATION = shape(MethodHandles.lookup(), 0);
    private static final int FORM = shape(MethodHandles.lookup(), 1);
    private static final int SIZE = shape(MethodHandles.lookup(), 2);
    private static final int CONDITION = shape(MethodHandles.lookup(), 3);
    private static final long RIP_MASK = mask(shape(MethodHandles.lookup(), 4));

    private final byte destination;
    private final byte source;
    private final int immediate;
    private final int distance;
    private final long nextRip;

    CompareJumpOp() {
        destination = 0;
        source = 0;
        immediate = 0;
        distance = 0;
        nextRip = 0;
    }

    private CompareJumpOp(Insn insn, Insn jump) {
        super(insn);
        boolean regRm = Operands.destinationIsReg(insn);
        destination = (byte) (regRm ? insn.reg : Operands.rm(insn));
        source = (byte) (regRm ? insn.rm : insn.reg);
        immediate = (int) insn.immediate;
        distance = (int) jump.immediate;
        nextRip = jump.nextRip();
    }

    @Override
    Op create(Insn insn) {
        throw new UnsupportedOperationException("needs a jump");
    }

    @Override
    Op create(Insn comparison, Insn jump) {
        return new CompareJumpOp(comparison, jump);
    }

    @Override
    public void execute(Cpu cpu) {
        long a = FORM == BinaryOp.MEM_REG || FORM == BinaryOp.MEM_IMM
                ? load(cpu, address(cpu), SIZE)
                : register(cpu, destination, SIZE);
        long b = switch (FORM) {
            case BinaryOp.REG_REG, BinaryOp.MEM_REG -> register(cpu, source, SIZE);
            case BinaryOp.REG_MEM -> load(cpu, address(cpu), SIZE);
            default -> immediate;
        };
        boolean holds;
        if (OPERATION == BinaryOp.TEST) {
            long result = a & b;
            LazyFlags.logic(cpu, result);
            holds = tested(result);
        } else {
            long result = extend(a - b, SIZE);
            LazyFlags.sub(cpu, a, b, result);
            holds = compared(cpu, a, b, result);
        }
        cpu.rip = (holds == ((CONDITION & 1) == 0) ? nextRip + distance : nextRip) & RIP_MASK;
    }

    @Override
    public boolean setsRip() {
        return true;
    }

    private static boolean tested(long result) {
        return switch (CONDITION >> 1) {
            case 0, 1 -> false;
            case 2, 3 -> result == 0;
            case 4, 6 -> result < 0;
            case 5 -> (Long.bitCount(result & 0xFF) & 1) == 0;
            default -> result <= 0;
        };
    }

    /** Sign extension keeps both orders, so the comparisons are those of 64 bits. */
    private static boolean compared(Cpu cpu, long a, long b, long result) {
        return switch (CONDITION >> 1) {
            case 1 -> Long.compareUnsigned(a, b) < 0;
            case 2 -> a == b;
            case 3 -> Long.compareUnsigned(a, b) <= 0;
            case 4 -> result < 0;
            case 6 -> a < b;
            case 7 -> a <= b;
            default -> LazyFlags.condition(cpu, CONDITION & ~1);
        };
    }
}
