package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** PUSH and POP of registers and immediates, near CALL and RET, LEAVE; in flat modes with operands of 4 or 8 bytes. */
final class StackOp extends Template {
    static final int PUSH = 0, PUSH_IMM = 1, POP = 2, CALL = 3, CALL_REG = 4, CALL_MEM = 5, RET = 6, LEAVE = 7;

    private static final int FORM = shape(MethodHandles.lookup(), 0);
    private static final int SIZE = shape(MethodHandles.lookup(), 1);
    private static final long MASK = SIZE == 8 ? -1 : 0xFFFF_FFFFL;

    private final int operand;
    private final long immediate;
    private final long target;
    private final long nextRip;

    StackOp() {
        operand = 0;
        immediate = 0;
        target = 0;
        nextRip = 0;
    }

    private StackOp(Insn insn) {
        super(insn);
        operand = insn.rm;
        immediate = FORM == RET ? insn.immediate & 0xFFFF : insn.immediate;
        nextRip = insn.nextRip() & MASK;
        target = insn.nextRip() + insn.immediate & MASK;
    }

    @Override
    Op create(Insn insn) {
        return new StackOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (FORM) {
            case PUSH -> push(cpu, cpu.r[operand]);
            case PUSH_IMM -> push(cpu, immediate);
            case POP -> {
                long sp = cpu.r[Cpu.RSP];
                long value = load(cpu, sp, SIZE) & MASK;
                cpu.r[Cpu.RSP] = sp + SIZE & MASK;
                cpu.r[operand] = value;
            }
            case CALL -> {
                push(cpu, nextRip);
                cpu.rip = target;
            }
            case CALL_REG -> {
                long to = cpu.branchTarget(cpu.r[operand], SIZE);
                push(cpu, nextRip);
                cpu.rip = to;
            }
            case CALL_MEM -> {
                long to = cpu.branchTarget(load(cpu, address(cpu), SIZE), SIZE);
                push(cpu, nextRip);
                cpu.rip = to;
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
        return FORM != CALL_MEM || super.usesStackSegment();
    }

    @Override
    public boolean setsRip() {
        return FORM >= CALL && FORM <= RET;
    }

    private static void push(Cpu cpu, long value) {
        long sp = cpu.r[Cpu.RSP] - SIZE & MASK;
        store(cpu, sp, SIZE, value);
        cpu.r[Cpu.RSP] = sp;
    }
}
