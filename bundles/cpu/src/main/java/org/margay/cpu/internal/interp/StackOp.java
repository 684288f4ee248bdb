package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** PUSH and POP of registers and immediates, near RET, LEAVE; in flat modes with operands of 4 or 8 bytes. */
final class StackOp extends Template {
    static final int PUSH = 0, PUSH_IMM = 1, POP = 2, RET = 3, LEAVE = 4;

    private static final int FORM = shape(MethodHandles.lookup(), 0);
    private static final int SIZE = shape(MethodHandles.lookup(), 1);
    private static final long MASK = mask(SIZE);

    private final byte operand;
    private final int immediate;

    StackOp() {
        operand = 0;
        immediate = 0;
    }

    private StackOp(Insn insn) {
        super(insn);
        operand = (byte) insn.rm;
        immediate = (int) (FORM == RET ? insn.immediate & 0xFFFF : insn.immediate);
    }

    @Override
    Op create(Insn insn) {
        return new StackOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (FORM) {
            case PUSH -> push(cpu, SIZE, cpu.r[operand]);
            case PUSH_IMM -> push(cpu, SIZE, immediate);
            case POP -> {
                long sp = cpu.r[Cpu.RSP];
                long value = load(cpu, sp, SIZE) & MASK;
                cpu.r[Cpu.RSP] = sp + SIZE & MASK;
                cpu.r[operand] = value;
            }
            case RET -> {
                long sp = cpu.r[Cpu.RSP];
                long to = cpu.branchTarget(load(cpu, sp, SIZE), SIZE);
                cpu.r[Cpu.RSP] = sp + SIZE + immediate & MASK;
                cpu.rip = to;
            }
            default -> {
                long frame = cpu.r[Cpu.RBP];
                long value = load(cpu, frame, SIZE) & MASK;
                cpu.r[Cpu.RSP] = frame + SIZE & MASK;
                cpu.r[Cpu.RBP] = value;
            }
        }
    }

    @Override
    boolean usesStackSegment() {
        return true;
    }

    @Override
    public boolean setsRip() {
        return FORM == RET;
    }
}
