package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** JMP and Jcc near, in flat modes. */
final class JumpOp extends Template {
    /** Shapes besides the sixteen conditions. */
    static final int ALWAYS = 16, REGISTER = 17, MEMORY = 18;

    private static final int CONDITION = shape(MethodHandles.lookup(), 0);
    private static final int SIZE = shape(MethodHandles.lookup(), 1);

    private final int operand;
    private final long target;
    private final long nextRip;

    JumpOp() {
        operand = 0;
        target = 0;
        nextRip = 0;
    }

    private JumpOp(Insn insn) {
        super(insn);
        operand = insn.rm;
        long to = insn.nextRip() + insn.immediate;
        target = SIZE == 8 ? to : to & 0xFFFF_FFFFL;
        nextRip = SIZE == 8 ? insn.nextRip() : insn.nextRip() & 0xFFFF_FFFFL;
    }

    @Override
    Op create(Insn insn) {
        return new JumpOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (CONDITION) {
            case ALWAYS -> cpu.rip = target;
            case REGISTER -> cpu.rip = cpu.branchTarget(cpu.r[operand], SIZE);
            case MEMORY -> cpu.rip = cpu.branchTarget(load(cpu, address(cpu), SIZE), SIZE);
            default -> cpu.rip = LazyFlags.condition(cpu, CONDITION) ? target : nextRip;
        }
    }

    @Override
    public boolean setsRip() {
        return true;
    }
}
