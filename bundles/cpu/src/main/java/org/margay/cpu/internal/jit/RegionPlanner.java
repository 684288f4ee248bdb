package org.margay.cpu.internal.jit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.interp.CodeView;
import org.margay.cpu.internal.jit.RegionPlan.BasicBlock;
import org.margay.cpu.internal.jit.RegionPlan.End;
import org.margay.cpu.internal.table.Row;

/**
 * Chooses what belongs to a region: from its entry along direct jumps and calls, the most often run code first, up to a number
 * of instructions.
 */
final class RegionPlanner {
    /** Code that ran less than this part of the entry's runs stays outside. */
    private static final int COLD = 64;

    /** What followed an indirect transfer, but ran less than this part of the entry's runs, is not worth a comparison. */
    private static final int UNLIKELY = 8;

    private final CodeView code;
    private final JitOptions options;
    private final long entry;
    private final int entryHeat;

    /** Decoded instructions by address. */
    private final TreeMap<Long, Insn> insns = new TreeMap<>();

    private final Set<Long> leaders = new HashSet<>();

    /** Likely targets of returns and indirect transfers, by the instruction's address. */
    private final Map<Long, List<Long>> predicted = new HashMap<>();

    /** A place to go on decoding. */
    private record Work(long rip, int heat, int order) {}

    private final PriorityQueue<Work> work =
            new PriorityQueue<>(Comparator.comparingInt((Work w) -> -w.heat).thenComparingInt(Work::order));

    private int order;

    RegionPlanner(CodeView code, JitOptions options, long entry) {
        this.code = code;
        this.options = options;
        this.entry = entry;
        this.entryHeat = code.heat(entry);
    }

    /** A plan, or null when even the first instruction must be the interpreter's. */
    @Nullable
    RegionPlan plan() {
        add(entry, Integer.MAX_VALUE);
        while (!work.isEmpty() && insns.size() < options.maxInstructions()) {
            explore(work.remove());
        }
        if (!insns.containsKey(entry)) {
            return null;
        }
        Map<Long, BasicBlock> blocks = new HashMap<>();
        for (long leader : leaders) {
            if (insns.containsKey(leader)) {
                blocks.put(leader, block(leader));
            }
        }
        addReturns(blocks);
        List<BasicBlock> ordered = order(blocks);
        for (BasicBlock block : ordered) {
            if (!block.insns().isEmpty()) {
                code.use(block.start(), block.next());
            }
        }
        boolean longMode = code.cpu().isMode64();
        return new RegionPlan(ordered, longMode);
    }

    /** Returns may go where calls in the region come from. */
    private static void addReturns(Map<Long, BasicBlock> blocks) {
        Set<Long> sites = new LinkedHashSet<>();
        for (BasicBlock block : blocks.values()) {
            boolean calls = block.end() == End.CALL || block.end() == End.CALL_INDIRECT;
            if (calls
                    && blocks.containsKey(block.next())
                    && block.targets().stream().anyMatch(blocks::containsKey)) {
                sites.add(block.next());
            }
        }
        blocks.replaceAll((_, block) -> block.end() == End.RETURN ? block.withTargets(sites) : block);
    }

    private void add(long rip, int heat) {
        leaders.add(rip);
        work.add(new Work(rip, heat, order++));
    }

    /** A successor of code that ran some times: worth it when it ran, too. */
    private void follow(long rip, int heat) {
        int own = code.heat(rip);
        if (insns.containsKey(rip)) {
            leaders.add(rip);
        } else if (belongsToAnother(rip)) {
            return;
        } else if (options.coldCode() || rip == entry) {
            add(rip, heat);
        } else if (own < 0) {
            // In the middle of a block, or never run: it is as hot as what led there only in the first case.
            return;
        } else if ((long) own * COLD >= entryHeat) {
            add(rip, own);
        }
    }

    /**
     * Whether another region begins there that this one leaves for, instead of having the same code once more: a path through much code
     * would else be translated again and again, each time from where the last region had ended. Small ones it takes in, and those that
     * lead back to its entry: a loop belongs together.
     */
    private boolean belongsToAnother(long rip) {
        return code.region(rip) instanceof TranslatedRegion other
                && other.instructions() > options.maxInstructions() / 2
                && !other.leadsTo(entry);
    }

    private void explore(Work from) {
        long rip = from.rip;
        // Where the interpreter's block around it begins, and what was taken of that.
        long blockStart = rip;
        List<Long> taken = new ArrayList<>();
        while (insns.size() < options.maxInstructions()) {
            if (insns.containsKey(rip)) {
                leaders.add(rip);
                return;
            }
            Insn insn = code.decode(rip);
            if (insn == null || insn.row == null || !isTranslatable(insn, insn.row)) {
                return;
            }
            if (code.heat(rip) >= 0) {
                blockStart = rip;
                taken.clear();
            }
            insns.put(rip, insn);
            taken.add(rip);
            long next = next(insn);
            if (endOf(insn) != End.RUNS_ON) {
                followTransfer(insn, blockStart, from.heat);
                return;
            }
            rip = next;
        }
        if (code.heat(rip) < 0 && taken.getFirst() != entry) {
            // In the middle of a block: to go on from there would make a second block of the rest, and more regions of
            // what that leads to.
            insns.keySet().removeAll(taken);
        }
    }

    private void followTransfer(Insn insn, long blockStart, int heat) {
        long next = next(insn);
        switch (endOf(insn)) {
            case CONDITION -> {
                follow(next, heat);
                follow(target(insn), heat);
            }
            case JUMP -> follow(target(insn), heat);
            case CALL -> followCall(List.of(target(insn)), next, heat);
            case RETURN, JUMP_INDIRECT -> predict(insn, blockStart).forEach(target -> follow(target, heat));
            case CALL_INDIRECT -> followCall(predict(insn, blockStart), next, heat);
            default -> {}
        }
    }

    /** What comes back to the place behind a call is in the region only if what is called is. */
    private void followCall(List<Long> targets, long next, int heat) {
        targets.forEach(target -> follow(target, heat));
        if (targets.stream().anyMatch(leaders::contains)) {
            follow(next, heat);
        }
    }

    /** Where an indirect transfer went when the interpreter ran it last. */
    private List<Long> predict(Insn insn, long blockStart) {
        List<Long> targets = code.followers(blockStart).stream()
                .filter(target -> options.coldCode() || (long) code.heat(target) * UNLIKELY >= entryHeat)
                .toList();
        predicted.put(insn.rip, targets);
        return targets;
    }

    /** Whether it may be in a region: not when it changes mode or mappings, or must be looked at in between. */
    private boolean isTranslatable(Insn insn, Row row) {
        if (row.isPrivileged() && code.cpu().cpl != 0
                || row.isProtectedOnly() && !code.cpu().isProtectedMode()) {
            return false;
        }
        return endOf(insn) != End.STOP;
    }

    /** How an instruction ends a block; RUNS_ON when it does not. */
    private End endOf(Insn insn) {
        Row row = insn.row;
        if (row == null) {
            return End.STOP;
        }
        if (!row.isBlockEnd()) {
            return End.RUNS_ON;
        }
        boolean plain = insn.operandSize == Traits.pointerSize(insn);
        boolean near = row.isBranch() && row.group().equals("branch") && plain && insn.flat;
        if (!near || options.interpreted().contains("branch")) {
            return End.STOP;
        }
        return switch (row.mnemonic()) {
            case "jmp" -> row.encoding().digit() == 4 ? End.JUMP_INDIRECT : End.JUMP;
            case "call" -> row.encoding().digit() == 2 ? End.CALL_INDIRECT : End.CALL;
            case "ret" -> End.RETURN;
            case "loop", "loope", "loopne", "jcxz" -> End.STOP;
            default -> End.CONDITION;
        };
    }

    private static long next(Insn insn) {
        return insn.longMode ? insn.nextRip() : insn.nextRip() & 0xFFFF_FFFFL;
    }

    private static long target(Insn insn) {
        long target = insn.nextRip() + insn.immediate;
        return insn.longMode ? target : target & 0xFFFF_FFFFL;
    }

    private BasicBlock block(long leader) {
        List<Insn> list = new ArrayList<>();
        long rip = leader;
        while (true) {
            Insn insn = insns.get(rip);
            if (insn == null) {
                return new BasicBlock(leader, List.copyOf(list), End.RUNS_ON, List.of(), rip);
            }
            if (rip != leader && leaders.contains(rip)) {
                return new BasicBlock(leader, List.copyOf(list), End.RUNS_ON, List.of(), rip);
            }
            list.add(insn);
            rip = next(insn);
            End end = endOf(insn);
            if (end != End.RUNS_ON) {
                return new BasicBlock(leader, List.copyOf(list), end, targets(insn, end), rip);
            }
        }
    }

    private List<Long> targets(Insn insn, End end) {
        return switch (end) {
            case CONDITION, JUMP, CALL -> List.of(target(insn));
            default -> predicted.getOrDefault(insn.rip, List.of());
        };
    }

    /** Reverse postorder from the entry: what is reached, loops behind their headers. */
    private List<BasicBlock> order(Map<Long, BasicBlock> blocks) {
        LinkedHashMap<Long, BasicBlock> done = new LinkedHashMap<>();
        visit(entry, blocks, new HashSet<>(), done);
        List<BasicBlock> ordered = new ArrayList<>(done.values());
        Collections.reverse(ordered);
        return ordered;
    }

    private void visit(long rip, Map<Long, BasicBlock> blocks, Set<Long> seen, LinkedHashMap<Long, BasicBlock> done) {
        BasicBlock block = blocks.get(rip);
        if (block == null || !seen.add(rip)) {
            return;
        }
        block.successors().forEach(next -> visit(next, blocks, seen, done));
        done.put(rip, block);
    }
}
