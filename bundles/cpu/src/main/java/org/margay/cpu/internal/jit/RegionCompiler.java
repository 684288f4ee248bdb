package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.COUNT;
import static org.margay.cpu.internal.jit.CodeWriter.RESULT;
import static org.margay.cpu.internal.jit.CodeWriter.SELF;
import static org.margay.cpu.internal.jit.CodeWriter.SITE;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.TARGET;
import static org.margay.cpu.internal.jit.CodeWriter.THIS_CPU;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.jit.RegionPlan.BasicBlock;
import org.margay.cpu.internal.jit.RegionPlan.End;

/** Makes a hidden class out of a plan. One at a time; any thread. */
final class RegionCompiler {
    /** HotSpot compiles no methods that are larger. */
    private static final int MAX_BYTECODE = 7900;

    /** One handler in so many instructions is worth it. */
    private static final int MOST_HANDLED = 6;

    private static final ClassDesc BODY = CodeWriter.describe(RegionBody.class);
    private static final ClassDesc INEXACT = CodeWriter.describe(SseMath.Inexact.class);
    private static final ClassDesc LEAVE = CodeWriter.describe(TranslatedRegion.Leave.class);
    private static final ClassDesc NAME = ClassDesc.of(RegionBody.class.getPackageName(), "Translated");
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(ConstantDescs.CD_boolean, CodeWriter.CPU, CodeWriter.REGION);

    private final JitOptions options;

    // Of the region in progress.
    private RegionPlan plan = new RegionPlan(List.of(), true);
    private final Map<Long, Label> labels = new HashMap<>();
    private final Map<Long, Integer> positions = new HashMap<>();
    private final List<Long> exitRips = new ArrayList<>();
    private final List<Integer> exitDone = new ArrayList<>();
    private final List<Insn> handled = new ArrayList<>();
    private boolean withRuns;

    RegionCompiler(JitOptions options) {
        this.options = options;
    }

    /** What came of it, for {@link TranslatedRegion#complete}. */
    record Result(RegionBody body, long[] exits, int[] done, Insn[] handled, int instructions) {}

    /**
     * @param tlb the one that its code looks into: that of the privilege level which the code is for
     * @param together whether accesses may be {@link AccessRuns}
     */
    Result compile(RegionPlan wanted, long[] tlb, boolean together) {
        withRuns = together;
        RegionPlan smaller = wanted;
        byte[] bytes = write(smaller);
        while (codeSize(bytes) > MAX_BYTECODE && smaller.blocks().size() > 1) {
            int keep = Math.max(1, smaller.blocks().size() * 2 / 3);
            smaller = new RegionPlan(smaller.blocks().subList(0, keep), smaller.longMode());
            bytes = write(smaller);
        }
        try {
            MethodHandles.Lookup defined = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, tlb, false);
            RegionBody body = (RegionBody)
                    defined.findConstructor(defined.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
                            .asType(java.lang.invoke.MethodType.methodType(RegionBody.class))
                            .invokeExact();
            return new Result(
                    body,
                    exitRips.stream().mapToLong(Long::longValue).toArray(),
                    exitDone.stream().mapToInt(Integer::intValue).toArray(),
                    handled.toArray(Insn[]::new),
                    smaller.instructions());
        } catch (Throwable e) {
            throw new IllegalStateException("region at %#x".formatted(wanted.entry()), e);
        }
    }

    /** The code's size is behind its name and the depths of stack and locals (JVMS 4.7.3): read back, once per region. */
    private static int codeSize(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .flatMap(m -> m.findAttribute(java.lang.classfile.Attributes.code()).stream())
                .mapToInt(a -> a.codeLength())
                .max()
                .orElse(0);
    }

    /** Whether so many instructions are left to their handlers that a region is no faster than the interpreter. Any thread. */
    boolean isMostlyHandled(RegionPlan region) {
        int all = 0;
        int left = 0;
        for (BasicBlock block : region.blocks()) {
            for (Insn insn : block.insns()) {
                all++;
                left += isHandled(block, insn) ? 1 : 0;
            }
        }
        return left * MOST_HANDLED > all;
    }

    private byte[] write(RegionPlan region) {
        plan = region;
        labels.clear();
        positions.clear();
        exitRips.clear();
        exitDone.clear();
        handled.clear();
        return ClassFile.of()
                .build(
                        NAME,
                        builder -> builder.withSuperclass(BODY)
                                .withFlags(ClassFile.ACC_FINAL)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(BODY, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::method));
    }

    private boolean isTranslated(Insn insn) {
        return !options.interpreted().contains(Traits.row(insn).group())
                && !(options.sharedMemory() && Traits.isLocked(insn))
                && (IntegerEmitter.knows(insn) || SseInstructions.knows(insn));
    }

    // --- the method ---

    // Made anew by method(), before anything else uses them.
    @SuppressWarnings("NullAway.Init")
    private Label leave, miss, leaveTo, leavePlain;

    @SuppressWarnings("NullAway.Init")
    private CodeWriter w;

    @SuppressWarnings("NullAway.Init")
    private CodeBuilder cb;

    @SuppressWarnings("NullAway.Init")
    private IntegerEmitter integers;

    @SuppressWarnings("NullAway.Init")
    private SseEmitter vectors;

    /** Some instruction is of SSE: it may throw {@link SseMath.Inexact}. */
    private boolean vectorCode;

    /** Some place throws {@link TranslatedRegion.Leave}. */
    private boolean looks;

    private final Map<Long, FlagState> flagsAtEnd = new HashMap<>();

    private void method(CodeBuilder code) {
        cb = code;
        int used = 0;
        int written = 0;
        int usedVectors = 0;
        boolean tops = false;
        vectorCode = false;
        for (BasicBlock block : plan.blocks()) {
            positions.put(block.start(), positions.size());
            labels.put(block.start(), code.newLabel());
            for (Insn insn : block.insns()) {
                boolean transfer = isTransfer(block, insn);
                if (transfer || isTranslated(insn)) {
                    used |= Traits.usedRegisters(insn) | Traits.writtenRegisters(insn);
                    written |= Traits.writtenRegisters(insn);
                    if (!transfer && SseInstructions.knows(insn)) {
                        vectorCode = true;
                        usedVectors |= SseInstructions.usedVectors(insn);
                    }
                    tops |= !transfer && IntegerEmitter.putsOnTop(insn);
                }
            }
        }
        w = new CodeWriter(
                code, used, written, usedVectors, tops, options.sharedMemory(), plan.longMode(), PageStreams.of(plan));
        integers = new IntegerEmitter(w);
        vectors = new SseEmitter(w);
        leave = code.newLabel();
        miss = code.newLabel();
        leaveTo = code.newLabel();
        leavePlain = code.newLabel();
        prologue();
        Label start = code.newBoundLabel();
        if (vectorCode) {
            w.pushVectorsUsable();
            site(exit(plan.entry(), 0));
            code.ifeq(miss);
        }
        flagsAtEnd.clear();
        looks = false;
        for (int i = 0; i < plan.blocks().size(); i++) {
            block(plan.blocks().get(i), i);
        }
        Label end = code.newBoundLabel();
        epilogue(start, end);
    }

    private void prologue() {
        cb.loadConstant(0L).lstore(COUNT);
        cb.loadConstant(0).istore(SITE);
        cb.loadConstant(0).istore(CodeWriter.FLAG_CODE);
        cb.loadConstant(0L).lstore(CodeWriter.FLAG_A);
        cb.loadConstant(0L).lstore(CodeWriter.FLAG_B);
        cb.loadConstant(0L).lstore(CodeWriter.FLAG_C);
        cb.loadConstant(0).istore(CodeWriter.TOP);
        cb.loadConstant(0L).lstore(CodeWriter.TOP_VALUE);
        cb.loadConstant(0L).lstore(TARGET);
        w.memory.loadMappings();
        w.loadRegisters();
    }

    private void epilogue(Label start, Label end) {
        Label arithmetic = cb.newLabel();
        Label look = cb.newLabel();
        // At each place that can throw, C1 puts the moves to where a handler expects things, for each handler: only
        // those that are needed.
        cb.exceptionCatch(start, end, end, CodeWriter.MISS);
        if (vectorCode) {
            cb.exceptionCatch(start, end, arithmetic, INEXACT);
        }
        if (looks) {
            cb.exceptionCatch(start, end, look, LEAVE);
        }
        // The exception is on the stack.
        Label common = cb.newLabel();
        cb.pop().goto_(miss);
        if (looks) {
            cb.labelBinding(look).pop().goto_(leave);
        }
        if (vectorCode) {
            cb.labelBinding(arithmetic).pop();
        }
        cb.labelBinding(miss).loadConstant(0).istore(RESULT).goto_(common);
        cb.labelBinding(leave).loadConstant(1).istore(RESULT).labelBinding(common);
        cb.aload(THIS_CPU).aload(SELF).iload(SITE).lload(COUNT);
        cb.invokestatic(
                CodeWriter.REGION,
                "leave",
                MethodTypeDesc.of(CodeWriter.VOID, CodeWriter.CPU, CodeWriter.REGION, CodeWriter.INT, CodeWriter.LONG));
        Label store = cb.newLabel();
        cb.goto_(store);
        cb.labelBinding(leaveTo).loadConstant(1).istore(RESULT);
        cb.aload(THIS_CPU).lload(TARGET).lload(COUNT);
        cb.invokestatic(
                CodeWriter.REGION,
                "leaveTo",
                MethodTypeDesc.of(CodeWriter.VOID, CodeWriter.CPU, CodeWriter.LONG, CodeWriter.LONG));
        cb.labelBinding(store);
        w.storeFlags();
        w.storeRegisters();
        cb.iload(RESULT).ireturn();
        cb.labelBinding(leavePlain).loadConstant(1).ireturn();
    }

    /** Where the region can be left. */
    private int exit(long rip, int done) {
        exitRips.add(rip);
        exitDone.add(done);
        return exitRips.size() - 1;
    }

    private void site(int exit) {
        cb.loadConstant(exit).istore(SITE);
    }

    private static boolean isTransfer(BasicBlock block, Insn insn) {
        return block.end() != End.RUNS_ON
                && block.end() != End.STOP
                && insn == block.insns().getLast();
    }

    private boolean isHandled(BasicBlock block, Insn insn) {
        return !isTransfer(block, insn) && !isTranslated(insn);
    }

    // --- basic blocks ---

    private void block(BasicBlock block, int position) {
        cb.labelBinding(labelOf(block.start()));
        w.flags = flagsAt(block, position);
        w.beginBlock(withRuns ? new AccessRuns(block, insn -> isHandled(block, insn)) : new AccessRuns());
        List<Insn> insns = block.insns();
        if (options.counted() && !insns.isEmpty()) {
            site(exit(block.start(), 0));
            InstructionBudget.check(cb, insns.size());
            looks = true;
        }
        int straight = insns.size();
        if (!insns.isEmpty() && isTransfer(block, insns.getLast())) {
            straight--;
        }
        for (int i = 0; i < straight; i++) {
            instruction(insns, i, block);
        }
        w.flagsDead = false;
        transfer(block, position, insns);
    }

    private Label labelOf(long rip) {
        Label label = labels.get(rip);
        if (label == null) {
            throw new IllegalStateException("no block at %#x".formatted(rip));
        }
        return label;
    }

    private void instruction(List<Insn> insns, int i, BasicBlock block) {
        Insn insn = insns.get(i);
        w.flagsDead = false;
        if (!isTranslated(insn)) {
            byHandler(insn, i);
            return;
        }
        w.flagsDead = isOverwritten(insns, i, block);
        if (Traits.mayLeave(insn)) {
            site(exit(insn.rip, i));
        }
        if (SseInstructions.knows(insn)) {
            vectors.emit(insn);
        } else {
            integers.emit(insn);
        }
    }

    /** Whether the flags that an instruction sets are set again before anything can see them. */
    private boolean isOverwritten(List<Insn> insns, int i, BasicBlock block) {
        for (int next = i + 1; next < insns.size(); next++) {
            Insn insn = insns.get(next);
            if (isTransfer(block, insn) || !isTranslated(insn) || Traits.mayLeave(insn) || Traits.readsFlags(insn)) {
                return false;
            }
            if (Traits.setsAllFlags(insn)) {
                return true;
            }
        }
        return false;
    }

    /** With all state in the processor. */
    private void byHandler(Insn insn, int done) {
        w.storeFlags();
        w.storeRegisters();
        handled.add(insn);
        cb.aload(THIS_CPU).aload(SELF).loadConstant(handled.size() - 1);
        cb.lload(COUNT).loadConstant((long) done).ladd();
        cb.invokestatic(
                CodeWriter.REGION,
                "call",
                MethodTypeDesc.of(
                        CodeWriter.BOOLEAN, CodeWriter.CPU, CodeWriter.REGION, CodeWriter.INT, CodeWriter.LONG));
        cb.ifne(leavePlain);
        // What was counted: the block's instructions up to this one; its end adds them all.
        cb.loadConstant(-(done + 1L)).lstore(COUNT);
        w.flagsAreInCpu();
        w.memory.loadMappings();
        w.loadRegisters();
    }

    /** What is known of the flags where a block begins: what all ways there agree on. */
    private FlagState flagsAt(BasicBlock block, int position) {
        FlagState agreed = position == 0 ? FlagState.IN_CPU : null;
        for (int i = 0; i < plan.blocks().size(); i++) {
            BasicBlock from = plan.blocks().get(i);
            if (!from.successors().contains(block.start())) {
                continue;
            }
            FlagState state = flagsAtEnd.get(from.start());
            if (i >= position || state == null || agreed != null && !agreed.equals(state)) {
                return FlagState.UNKNOWN;
            }
            agreed = state;
        }
        return agreed == null ? FlagState.UNKNOWN : agreed;
    }

    // --- transfers ---

    private void transfer(BasicBlock block, int position, List<Insn> insns) {
        int n = insns.size();
        int before = n - 1;
        switch (block.end()) {
            case CONDITION -> {
                count(n);
                flagsAtEnd.put(block.start(), w.flags);
                Label taken = cb.newLabel();
                boolean direct = positions.getOrDefault(block.target(), -1) > position;
                w.branchIf(insns.getLast().opcode & 15, direct ? labelOf(block.target()) : taken);
                edge(block.next(), position, direct);
                if (!direct) {
                    cb.labelBinding(taken);
                    edge(block.target(), position, true);
                }
                return;
            }
            case JUMP -> {
                count(n);
                edge(block.target(), position, true);
            }
            case CALL -> {
                Insn call = insns.getLast();
                site(exit(call.rip, before));
                cb.loadConstant(block.next()).lstore(T0);
                integers.pushLocal(call, call.operandSize);
                count(n);
                edge(block.target(), position, true);
            }
            case RETURN -> {
                pullTarget(insns.getLast(), n - 1);
                count(n);
                computedEdge(block, position);
            }
            case JUMP_INDIRECT, CALL_INDIRECT -> {
                Insn insn = insns.getLast();
                site(exit(insn.rip, before));
                pushTarget(insn);
                cb.lstore(TARGET);
                if (block.end() == End.CALL_INDIRECT) {
                    cb.loadConstant(block.next()).lstore(T0);
                    integers.pushLocal(insn, insn.operandSize);
                }
                count(n);
                computedEdge(block, position);
            }
            default -> {
                count(n);
                edge(block.next(), position, true);
            }
        }
        flagsAtEnd.put(block.start(), w.flags);
    }

    private void pushTarget(Insn insn) {
        if (insn.isMemory()) {
            w.memory.pushOperand(insn, insn.operandSize);
        } else {
            w.pushRegister(insn.rm);
        }
        cutTarget();
    }

    private void cutTarget() {
        if (plan.longMode()) {
            cb.invokestatic(CodeWriter.MATH, "canonical", MethodTypeDesc.of(CodeWriter.LONG, CodeWriter.LONG));
        } else {
            cb.loadConstant(0xFFFF_FFFFL).land();
        }
    }

    private void pullTarget(Insn insn, int before) {
        site(exit(insn.rip, before));
        w.memory.pushTopOfStack(insn, insn.operandSize);
        cutTarget();
        cb.lstore(TARGET);
        w.pushRegister(Cpu.RSP);
        cb.loadConstant(insn.operandSize + (insn.immediate & 0xFFFF)).ladd();
        if (!plan.longMode()) {
            cb.loadConstant(0xFFFF_FFFFL).land();
        }
        cb.lstore(w.slot(Cpu.RSP));
    }

    /** Goes on where {@link CodeWriter#TARGET} says: in one of the blocks that are likely, or outside. */
    private void computedEdge(BasicBlock block, int position) {
        List<Long> likely =
                block.targets().stream().filter(positions::containsKey).toList();
        if (likely.isEmpty()) {
            cb.goto_(leaveTo);
            return;
        }
        long upper = likely.getFirst() >>> 32;
        cb.lload(TARGET)
                .loadConstant(32)
                .lushr()
                .l2i()
                .loadConstant((int) upper)
                .if_icmpne(leaveTo);
        List<SwitchCase> cases = new ArrayList<>();
        Map<Label, Long> stubs = new HashMap<>();
        for (long target : likely) {
            if (target >>> 32 == upper) {
                Label stub = cb.newLabel();
                cases.add(SwitchCase.of((int) target, stub));
                stubs.put(stub, target);
            }
        }
        cb.lload(TARGET).l2i().lookupswitch(leaveTo, cases);
        stubs.forEach((stub, target) -> {
            cb.labelBinding(stub);
            edge(target, position, false);
        });
    }

    private void count(int instructions) {
        if (instructions != 0) {
            cb.lload(COUNT).loadConstant((long) instructions).ladd().lstore(COUNT);
        }
    }

    /** Goes on at an address: in another block, after a look for requests if that does not come later, or outside. The last edge may fall through. */
    private void edge(long rip, int position, boolean last) {
        Integer to = positions.get(rip);
        if (to == null) {
            site(exit(rip, 0));
            cb.goto_(leave);
            return;
        }
        if (to <= position) {
            site(exit(rip, 0));
            cb.aload(THIS_CPU)
                    .invokestatic(CodeWriter.REGION, "look", MethodTypeDesc.of(CodeWriter.VOID, CodeWriter.CPU));
            looks = true;
        }
        if (!last || to != position + 1) {
            cb.goto_(labelOf(rip));
        }
    }
}
