package org.margay.cpu.internal.jit;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.margay.cpu.internal.Insn;

/**
 * What a region is made of: its basic blocks in the order in which their code is laid out, the entry first. A jump to a
 * block that does not come later is a back edge, where requests are looked for.
 */
record RegionPlan(List<BasicBlock> blocks, boolean longMode) {
    /** Address of its first instruction. */
    long entry() {
        return blocks.getFirst().start();
    }

    int instructions() {
        return blocks.stream().mapToInt(block -> block.insns().size()).sum();
    }

    /** Where it goes on, inside and outside, but for what is computed at run time. */
    Set<Long> ways() {
        return blocks.stream().flatMap(block -> block.ways().stream()).collect(Collectors.toUnmodifiableSet());
    }

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
     * @param targets of the transfer: the only one, or those of a return or an indirect transfer that are likely
     * @param next address behind the last instruction
     */
    record BasicBlock(long start, List<Insn> insns, End end, List<Long> targets, long next) {
        /** The target of a direct transfer. */
        long target() {
            return targets.getFirst();
        }

        BasicBlock withTargets(Collection<Long> more) {
            List<Long> all =
                    Stream.concat(targets.stream(), more.stream()).distinct().toList();
            return new BasicBlock(start, insns, end, all, next);
        }

        private List<Long> ways() {
            return Stream.concat(targets.stream(), Stream.of(next)).toList();
        }

        /** Where it may go on in the region. */
        List<Long> successors() {
            return switch (end) {
                case CONDITION -> List.of(target(), next);
                case RUNS_ON -> List.of(next);
                default -> targets;
            };
        }
    }
}
