package org.margay.cpu.internal.jit;

import java.util.List;
import org.margay.cpu.internal.Insn;

/**
 * What a region is made of: its basic blocks in the order in which their code is laid out, the entry first. A jump to a
 * block that does not come later is a back edge, where requests are looked for.
 *
 * @param returns addresses behind calls whose targets are in the region: where a return may go without leaving it
 */
record RegionPlan(List<BasicBlock> blocks, List<Long> returns, boolean longMode) {
    /** How a basic block ends. */
    enum End {
        /** By a conditional jump: taken to {@link BasicBlock#target}, else {@link BasicBlock#next}. */
        CONDITION,
        /** By a jump to target. */
        JUMP,
        /** By a call of target that comes back to next. */
        CALL,
        RETURN,
        /** By a jump or call to what a register or memory says. */
        JUMP_INDIRECT,
        CALL_INDIRECT,
        /** Not by its last instruction: goes on at next, in another block or outside. */
        RUNS_ON,
        /** What comes next must be done by the interpreter. */
        STOP
    }

    /**
     * @param insns the last one is the transfer, unless it runs on or stops
     * @param target of the transfer, if that is known
     * @param next address behind the last instruction
     */
    record BasicBlock(long start, List<Insn> insns, End end, long target, long next) {}
}
