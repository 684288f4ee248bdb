package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** CALL near, in flat modes with operands of 4 or 8 bytes. */
final class CallOp extends Template {
    static final int DIRECT = 0, REGISTER = 1, MEMORY = 2;

    private static final int FORM = shape(MethodHandles.lookup(), 0);
    private static final int SIZE = shape(MethodHandles.lookup(), 1);
    private static final long MASK = mask(SIZE);

    private final byte operand;
    private final long nextRip;

    CallOp() {
        operand = 0;
        nextRip = 0;
    }

    private CallOp(Insn insn) {
        super(insn, FORM == DIRECT ? insn.nextRip() + insn.immediate & MASK : insn.displacement);
        operand = (byte) insn.rm;
        nextRip = insn.nextRip() & MASK;
    }

    @Override
    Op create(Insn insn) {
        return new CallOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        long to = switch (FORM) {
            case DIRECT -> constant();
            case REGISTER -> cpu.branchTarget(cpu.r[operand], SIZE);
            default -> cpu.branchTarget(load(cpu, address(cpu), SIZE), SIZE);
        };
        push(cpu, SIZE, nextRip);
        cpu.rip = to;
    }

    @Override
    boolean usesStackSegment() {
        return FORM != MEMORY || super.usesStackSegment();
    }

    @Override
    public boolean setsRip() {
        return true;
    }
}
