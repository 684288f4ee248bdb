package org.margay.cpu.internal.interp;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Row;

/** Makes one operation out of a comparison and the conditional jump behind it. */
final class Fusion {
    private static final Map<String, Integer> COMPARISONS = Map.of("cmp", BinaryOp.CMP, "test", BinaryOp.TEST);

    private Fusion() {}

    /**
     * An operation that does what the last one and a further instruction do, or null.
     *
     * @param operation of the last instruction; a fused one can't be fused again
     */
    static @Nullable Op tryFuse(Insn last, @Nullable Op operation, Insn next) {
        Row row = next.row;
        if (row == null || last.row == null || !(operation instanceof Template) || !isConditionalJump(next)) {
            return null;
        }
        Integer comparison = COMPARISONS.get(last.row.mnemonic());
        return comparison == null ? null : FastOps.compareAndJump(last, comparison, next);
    }

    /** Jcc, short or near (SDM vol. 2, tables ). */
    private static boolean isConditionalJump(Insn insn) {
        return insn.row != null
                && insn.row.isBranch()
                && insn.row.group().equals("branch")
                && switch (insn.row.encoding().map()) {
                    case ONE_BYTE -> insn.opcode >> 4 == 7;
                    case M0F -> insn.opcode >> 4 == 8;
                    default -> false;
                };
    }
}
