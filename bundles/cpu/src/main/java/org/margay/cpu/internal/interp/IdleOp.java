package org.margay.cpu.internal.interp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand;

/** Does nothing, as NOP says. */
final class IdleOp extends Op {
    static final IdleOp INSTANCE = new IdleOp();

    private IdleOp() {}

    @Override
    public void execute(Cpu cpu) {}

    /** Whether an instruction does nothing: NOP with or without operand, prefetches, and 90 without REX.B and F3. */
    static boolean isIdle(Insn insn) {
        if (insn.row == null || insn.rep) {
            return false;
        }
        return switch (insn.row.mnemonic()) {
            case "nop", "prefetch" -> true;
            case "xchg" -> insn.row.operands().getFirst().place() == Operand.Place.ACC && insn.rm == Cpu.RAX;
            default -> false;
        };
    }
}
