package org.margay.cpu.internal.interp;

import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;

/** What a decoded instruction's row says about its operands. */
public final class Operands {
    private Operands() {}

    public static Place place(Insn insn, int position) {
        return insn.row == null || insn.row.operands().size() <= position
                ? Place.ONE
                : insn.row.operands().get(position).place();
    }

    /** Bytes of an operand. */
    public static int size(Insn insn, int position) {
        if (insn.row == null) {
            return 0;
        }
        Operand operand = insn.row.operands().get(position);
        return operand.size().bytes(insn.operandSize);
    }

    /** The destination is ModRM.reg, the source ModRM.rm; not the other way round. */
    public static boolean destinationIsReg(Insn insn) {
        return place(insn, 0) == Place.G;
    }

    /** The first operand's register where that is not ModRM.reg: ModRM.rm, or the accumulator. */
    static int rm(Insn insn) {
        return place(insn, 0) == Place.ACC ? CpuState.RAX : insn.rm;
    }
}
