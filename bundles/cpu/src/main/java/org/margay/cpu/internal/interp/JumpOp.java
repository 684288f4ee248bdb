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

    private static final long MASK = mask(SIZE);

    private final byte operand;
    private final int distance;

    JumpOp() {
        operand = 0;
        distance = 0;
    }

    private JumpOp(Insn insn) {
        super(insn, CONDITION == MEMORY ? insn.displacement : insn.nextRip());
        operand = (byte) insn.rm;
        distance = (int) insn.immediate;
    }

    @Override
    Op create(Insn insn) {
        return new JumpOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (CONDITION) {
            case ALWAYS -> cpu.rip = constant() + distance & MASK;
            case REGISTER -> cpu.rip = cpu.branchTarget(cpu.r[operand], SIZE);
            case MEMORY -> cpu.rip = cpu.branchTarget(load(cpu, address(cpu), SIZE), SIZE);
            default -> cpu.rip = (LazyFlags.condition(cpu, CONDITION) ? constant() + distance : constant()) & MASK;
        }
    }

    @Override
    public boolean setsRip() {
        return true;
    }
}
