package org.margay.cpu.internal.jit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.jit.RegionPlan.BasicBlock;
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;

/**
 * Accesses of one basic block that lie close together, at constant distances from the same registers: what a function saves on its stack,
 * the fields of a structure. The first of them looks into the TLB for all bytes from the lowest to the highest, and the others need no look.
 * Where the bytes lie in two pages, that first one gives up, and the interpreter goes on.
 */
final class AccessRuns {
    /** Bytes from the lowest to the highest, at most: the longer a run, the more often does it lie in two pages. */
    private static final int LONGEST_ON_STACK = 256, LONGEST = 64;

    /** Runs, at most. */
    private static final int MOST = Long.SIZE;

    /**
     * What all addresses of a run begin with.
     *
     * @param base, index numbers of registers, or {@link Insn#NO_REGISTER}
     * @param scale index is shifted left by so much
     */
    record Origin(int base, int index, int scale) {
        static final Origin STACK = new Origin(Cpu.RSP, Insn.NO_REGISTER, 0);

        static Origin of(Insn insn) {
            return new Origin(insn.base, insn.index, insn.index == Insn.NO_REGISTER ? 0 : insn.scale);
        }

        boolean uses(int register) {
            return base == register || index == register;
        }
    }

    /**
     * Several accesses.
     *
     * @param number from 0
     * @param span in bytes
     */
    record Run(int number, Origin origin, boolean writes, int span) {}

    /**
     * One of them.
     *
     * @param low of the run, from where the origin's registers point before the instruction
     * @param offset from low
     */
    record Access(Run run, long low, int offset) {
        boolean covers(int size, boolean write) {
            return offset + size <= run.span && (run.writes || !write);
        }
    }

    /** An access that may become one of a run. */
    private record Candidate(Insn insn, boolean stack, long fromOrigin, long fromFirst) {}

    /** A run in the making: what came so far, and how far the stack pointer has moved since. */
    private static final class Open {
        final Origin origin;
        final boolean writes;
        final List<Candidate> candidates = new ArrayList<>();
        long moved;
        long low;
        long high;

        Open(Origin origin, boolean writes) {
            this.origin = origin;
            this.writes = writes;
        }

        /** Whether it was near enough. */
        boolean add(Insn insn, boolean stack, long fromOrigin, int size) {
            long at = fromOrigin + moved;
            long newLow = candidates.isEmpty() ? at : Math.min(low, at);
            long newHigh = candidates.isEmpty() ? at + size : Math.max(high, at + size);
            if (newHigh - newLow > (origin.equals(Origin.STACK) ? LONGEST_ON_STACK : LONGEST)) {
                return false;
            }
            low = newLow;
            high = newHigh;
            candidates.add(new Candidate(insn, stack, fromOrigin, at));
            return true;
        }
    }

    private final Map<Insn, Access> operands = new IdentityHashMap<>();
    private final Map<Insn, Access> onStack = new IdentityHashMap<>();

    // Runs in the making, and how many are made.
    private final Map<Origin, Open> reads = new HashMap<>();
    private final Map<Origin, Open> writes = new HashMap<>();
    private int runs;

    /** None: each access is alone. */
    AccessRuns() {}

    /**
     * Those of one basic block; another one may share instructions with it.
     *
     * @param handled whether an instruction is left to its handler, which may change mappings
     */
    AccessRuns(BasicBlock block, Predicate<Insn> handled) {
        for (Insn insn : block.insns()) {
            if (handled.test(insn)) {
                closeAll();
            } else {
                gather(insn);
                follow(insn);
            }
        }
        closeAll();
    }

    /** The access to the memory operand, or null when it is alone. */
    @Nullable
    Access operand(Insn insn) {
        return operands.get(insn);
    }

    /** The access to the stack that the instruction is about, or null when it is alone. */
    @Nullable
    Access onStack(Insn insn) {
        return onStack.get(insn);
    }

    private void gather(Insn insn) {
        if (accessesOperand(insn) && isPlain(insn)) {
            add(insn, false, Origin.of(insn), insn.displacement, operandSize(insn), writesOperand(insn));
        }
        switch (Traits.mnemonic(insn)) {
            case "push", "call" -> add(insn, true, Origin.STACK, -insn.operandSize, insn.operandSize, true);
            case "pop", "ret" -> add(insn, true, Origin.STACK, 0, insn.operandSize, false);
            default -> {}
        }
    }

    private static boolean accessesOperand(Insn insn) {
        return insn.isMemory() && Traits.mayLeave(insn) && !Traits.isBitString(insn);
    }

    private static boolean isPlain(Insn insn) {
        return insn.addressSize == Traits.pointerSize(insn) && !Traits.addsSegmentBase(insn);
    }

    private static int operandSize(Insn insn) {
        return Traits.row(insn).operands().stream()
                .filter(AccessRuns::isInMemory)
                .mapToInt(operand -> operand.size().bytes(insn.operandSize))
                .max()
                .orElse(insn.operandSize);
    }

    private static boolean writesOperand(Insn insn) {
        return Traits.row(insn).operands().stream().anyMatch(operand -> operand.written() && isInMemory(operand));
    }

    private static boolean isInMemory(Operand operand) {
        return operand.place() == Place.E || operand.place() == Place.M || operand.place() == Place.W;
    }

    /** Reads and writes of the stack go together: it is written anyway. */
    private void add(Insn insn, boolean stack, Origin origin, long fromOrigin, int size, boolean write) {
        boolean together = origin.equals(Origin.STACK);
        Map<Origin, Open> open = write && !together ? writes : reads;
        Open run = open.computeIfAbsent(origin, _ -> new Open(origin, write || together));
        if (!run.add(insn, stack, fromOrigin, size)) {
            close(open, origin);
            open.computeIfAbsent(origin, _ -> new Open(origin, run.writes)).add(insn, stack, fromOrigin, size);
        }
    }

    /** What an instruction does to the registers. */
    private void follow(Insn insn) {
        int written = Traits.writtenRegisters(insn);
        Open stack = reads.get(Origin.STACK);
        long step = (written >> Cpu.RSP & 1) == 0 ? 0 : step(insn);
        if (stack != null && step != 0) {
            stack.moved += step;
            closeIf(origin -> origin.uses(Cpu.RSP) && !origin.equals(Origin.STACK));
            written &= ~(1 << Cpu.RSP);
        }
        for (int rest = written; rest != 0; rest &= rest - 1) {
            int register = Integer.numberOfTrailingZeros(rest);
            closeIf(origin -> origin.uses(register));
        }
    }

    /** How far an instruction moves the stack pointer; 0: nobody knows. */
    private static long step(Insn insn) {
        boolean explicit = !insn.isMemory() && insn.rm == Cpu.RSP && Traits.place(insn, 0) == Place.E;
        boolean wide = insn.operandSize == Traits.pointerSize(insn);
        return switch (Traits.mnemonic(insn)) {
            case "push" -> -insn.operandSize;
            case "pop" -> insn.rm == Cpu.RSP ? 0 : insn.operandSize;
            case "add" -> explicit && wide && Traits.place(insn, 1) == Place.I ? insn.immediate : 0;
            case "sub" -> explicit && wide && Traits.place(insn, 1) == Place.I ? -insn.immediate : 0;
            case "lea" ->
                wide && insn.base == Cpu.RSP && insn.index == Insn.NO_REGISTER && isPlain(insn) ? insn.displacement : 0;
            default -> 0;
        };
    }

    private void closeAll() {
        closeIf(_ -> true);
    }

    private void closeIf(Predicate<Origin> which) {
        List.copyOf(reads.keySet()).stream().filter(which).forEach(origin -> close(reads, origin));
        List.copyOf(writes.keySet()).stream().filter(which).forEach(origin -> close(writes, origin));
    }

    private void close(Map<Origin, Open> open, Origin origin) {
        Open gone = open.remove(origin);
        if (gone == null || gone.candidates.size() < 2 || runs == MOST) {
            return;
        }
        Run run = new Run(runs++, origin, gone.writes, (int) (gone.high - gone.low));
        for (Candidate each : gone.candidates) {
            int offset = (int) (each.fromFirst - gone.low);
            Map<Insn, Access> accesses = each.stack ? onStack : operands;
            accesses.put(each.insn, new Access(run, each.fromOrigin - offset, offset));
        }
    }
}
