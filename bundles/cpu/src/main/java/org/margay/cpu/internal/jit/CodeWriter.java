package org.margay.cpu.internal.jit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.jit.AccessRuns.Access;
import org.margay.cpu.internal.jit.AccessRuns.Origin;
import org.margay.cpu.internal.jit.AccessRuns.Run;
import org.margay.cpu.internal.mmu.FastAccess;

/**
 * Bytecode of one region while it is written: where registers and flags are in locals, and the pieces that instructions are
 * made of. Guest registers are longs; of a value of fewer than 8 bytes that is "raw" only the low bytes count.
 */
final class CodeWriter {
    static final ClassDesc CPU = describe(Cpu.class);
    static final ClassDesc STATE = describe(CpuState.class);
    static final ClassDesc REGION = describe(TranslatedRegion.class);
    static final ClassDesc ACCESS = describe(FastAccess.class);
    static final ClassDesc MISS = describe(FastAccess.Miss.class);
    static final ClassDesc MATH = describe(JitMath.class);
    static final ClassDesc FLAGS = describe(JitFlags.class);
    static final ClassDesc MMU = describe(org.margay.cpu.internal.mmu.Mmu.class);
    static final ClassDesc HOST = describe(org.margay.cpu.internal.mmu.HostAccess.class);
    static final ClassDesc LONGS = ConstantDescs.CD_long.arrayType();
    static final ClassDesc LONG = ConstantDescs.CD_long, INT = ConstantDescs.CD_int, BOOLEAN = ConstantDescs.CD_boolean;
    static final ClassDesc VOID = ConstantDescs.CD_void;

    /** The array that the class was defined with. A constant: HotSpot knows its length, and checks no index that is masked. */
    private static final DynamicConstantDesc<?> TLB =
            DynamicConstantDesc.ofNamed(ConstantDescs.BSM_CLASS_DATA, ConstantDescs.DEFAULT_NAME, LONGS);

    // Locals.
    static final int THIS_CPU = 1, SELF = 2, SITE = 3, COUNT = 4, GENERATION = 6, VECTORS = 8;
    static final int FLAG_CODE = 9, FLAG_A = 10, FLAG_B = 12, FLAG_C = 14, TOP = 16, TOP_VALUE = 17;
    static final int TARGET = 19, RESULT = 21, ARRAY = 22;
    static final int T0 = 23, T1 = 25, T2 = 27, T3 = 29;
    private static final int FIRST_REGISTER = 31;
    private static final int FIRST_VECTOR = FIRST_REGISTER + 2 * 16;
    private static final int ADDRESS = FIRST_VECTOR + 4 * 16;
    private static final int FIRST_STREAM = ADDRESS + 2;

    private static final int NO_STREAM = -1;

    private static final long LOW32 = 0xFFFF_FFFFL;

    final CodeBuilder cb;

    /** General and vector registers that are in locals, and general ones that are written back. */
    final int used, written, usedVectors;

    /** Some operation may lie on top of another in the flags. */
    final boolean tops;

    private final boolean sharedMemory;
    private final boolean longMode;
    private final PageStreams streams;

    /** Of the basic block in progress, and which of them have their place in the host in a local. */
    private AccessRuns runs = new AccessRuns();

    private long lookedUp;

    FlagState flags = FlagState.IN_CPU;

    /** What comes next sets all flags before anything can see them. */
    boolean flagsDead;

    /** Halves of vectors that are known to be doubles, neither NaN nor infinity nor denormal: two bits per register. */
    long ordinary;

    CodeWriter(
            CodeBuilder cb,
            int used,
            int written,
            int usedVectors,
            boolean tops,
            boolean sharedMemory,
            boolean longMode,
            PageStreams streams) {
        this.cb = cb;
        this.used = used;
        this.written = written;
        this.usedVectors = usedVectors;
        this.tops = tops;
        this.sharedMemory = sharedMemory;
        this.longMode = longMode;
        this.streams = streams;
    }

    static ClassDesc describe(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    // --- registers ---

    int slot(int register) {
        if ((used >> register & 1) == 0) {
            throw new IllegalStateException("register %d is in no local".formatted(register));
        }
        return FIRST_REGISTER + 2 * register;
    }

    private int slotToWrite(int register) {
        if ((written >> register & 1) == 0) {
            throw new IllegalStateException("register %d is not written back".formatted(register));
        }
        return slot(register);
    }

    /** Low (0) or high (1) half of an XMM register. */
    int vector(int register, int half) {
        if ((usedVectors >> register & 1) == 0) {
            throw new IllegalStateException("vector %d is in no local".formatted(register));
        }
        return FIRST_VECTOR + 4 * register + 2 * half;
    }

    /**
     * Stores to half of a vector register, in its local and in the processor: at the places where a region can be left, which SSE code has
     * many of, nothing is left to be done then. With 32 more values to gather there, n-body's 80 instructions were 80 KiB of machine code.
     */
    void setVector(int register, int half) {
        int slot = vector(register, half);
        cb.lstore(slot)
                .aload(VECTORS)
                .loadConstant(2 * register + half)
                .lload(slot)
                .lastore();
    }

    void pushRegister(int register) {
        cb.lload(slot(register));
    }

    /** A register of some size, raw. */
    void pushRegister(Insn insn, int register, int size) {
        if (Traits.isHighByte(insn, register, size)) {
            cb.lload(slot(register - 4)).loadConstant(8).lushr();
        } else {
            cb.lload(slot(register));
        }
    }

    /** Stack: a raw value. */
    void popRegister(Insn insn, int register, int size) {
        if (Traits.isHighByte(insn, register, size)) {
            int slot = slotToWrite(register - 4);
            cb.loadConstant(0xFFL).land().loadConstant(8).lshl();
            cb.lload(slot).loadConstant(~0xFF00L).land().lor().lstore(slot);
            return;
        }
        int slot = slotToWrite(register);
        switch (size) {
            case 8 -> {}
            case 4 -> cb.loadConstant(LOW32).land();
            default -> {
                long mask = size == 1 ? 0xFF : 0xFFFF;
                cb.loadConstant(mask)
                        .land()
                        .lload(slot)
                        .loadConstant(~mask)
                        .land()
                        .lor();
            }
        }
        cb.lstore(slot);
    }

    void loadRegisters() {
        ordinary = 0;
        cb.aload(THIS_CPU).getfield(STATE, "r", LONGS).astore(ARRAY);
        for (int i = 0; i < 16; i++) {
            if ((used >> i & 1) != 0) {
                cb.aload(ARRAY).loadConstant(i).laload().lstore(slot(i));
            }
        }
        if (usedVectors != 0) {
            cb.aload(THIS_CPU).getfield(STATE, "xmm", LONGS).astore(VECTORS);
            for (int i = 0; i < 32; i++) {
                if ((usedVectors >> (i >> 1) & 1) != 0) {
                    cb.aload(VECTORS).loadConstant(i).laload().lstore(vector(i >> 1, i & 1));
                }
            }
        }
    }

    /** Vector registers are there already. */
    void storeRegisters() {
        cb.aload(THIS_CPU).getfield(STATE, "r", LONGS).astore(ARRAY);
        for (int i = 0; i < 16; i++) {
            if ((written >> i & 1) != 0) {
                cb.aload(ARRAY).loadConstant(i).lload(slot(i)).lastore();
            }
        }
    }

    /** What holds as long as no handler changes mappings. */
    void loadMappings() {
        cb.aload(THIS_CPU).getfield(CPU, "mmu", MMU);
        cb.invokevirtual(MMU, "generation", MethodTypeDesc.of(LONG)).lstore(GENERATION);
        for (int i = 0; i < streams.count(); i++) {
            cb.loadConstant(FastAccess.NO_PAGE).lstore(page(i)).loadConstant(0L).lstore(page(i) + 2);
        }
    }

    /** Where the page of a stream of accesses is; behind it the addend from linear to host address. */
    private static int page(int stream) {
        return FIRST_STREAM + 4 * stream;
    }

    // --- memory ---

    void beginBlock(AccessRuns accesses) {
        runs = accesses;
        ordinary = 0;
        lookedUp = 0;
    }

    /** Where the lowest byte of a run is in the host. */
    private int hostOf(Run run) {
        return page(streams.count()) + 2 * run.number();
    }

    /** Pushes the host address of an access, if it is one of a run; the first one looks for all. */
    private boolean pushedOfRun(@Nullable Access access, int size, boolean write, int stream) {
        if (access == null || !access.covers(size, write)) {
            return false;
        }
        Run run = access.run();
        if ((lookedUp >>> run.number() & 1) == 0) {
            lookedUp |= 1L << run.number();
            if (stream >= 0 && !run.writes() && run.span() <= FastAccess.MOST_ALIGNED) {
                pushLow(access);
                readOfStream(stream, Integer.highestOneBit(2 * run.span() - 1));
            } else {
                pushTlb();
                pushLow(access);
                cb.loadConstant(run.span());
                lookUp(run.writes());
            }
            cb.lstore(hostOf(run));
        }
        cb.lload(hostOf(run)).loadConstant((long) access.offset()).ladd();
        return true;
    }

    /** The linear address of a run's lowest byte. */
    private void pushLow(Access access) {
        Origin origin = access.run().origin();
        cb.loadConstant(access.low());
        if (origin.base() != Insn.NO_REGISTER) {
            pushRegister(origin.base());
            cb.ladd();
        }
        if (origin.index() != Insn.NO_REGISTER) {
            pushRegister(origin.index());
            cb.loadConstant(origin.scale()).lshl().ladd();
        }
        if (!longMode) {
            cb.loadConstant(LOW32).land();
        }
    }

    /** Pushes the host address of the memory operand, if that was looked for already, or is now, with others. */
    boolean pushedOfRun(Insn insn, int size, boolean write) {
        return pushedOfRun(runs.operand(insn), size, write, streams.of(insn));
    }

    /** What is on top of the stack, raw. */
    void pushTopOfStack(Insn insn, int size) {
        if (pushedOfRun(runs.onStack(insn), size, false, NO_STREAM)) {
            loadHost(size);
        } else {
            pushTlb();
            pushRegister(CpuState.RSP);
            load(size);
        }
    }

    /** Stores one local below the top of the stack, at the linear address in another. */
    void storeBelowStack(Insn insn, int size, int address, int value) {
        if (pushedOfRun(runs.onStack(insn), size, true, NO_STREAM)) {
            cb.loadConstant(size).lload(value);
            cb.invokestatic(HOST, "set", MethodTypeDesc.of(VOID, LONG, INT, LONG));
        } else {
            pushTlb();
            cb.lload(address).lload(value);
            store(size);
        }
    }

    /** Linear address of the memory operand. */
    void pushAddress(Insn insn) {
        pushOffset(insn);
        if (Traits.addsSegmentBase(insn)) {
            cb.aload(THIS_CPU)
                    .getfield(STATE, "segBase", LONGS)
                    .loadConstant(insn.segment)
                    .laload()
                    .ladd();
        }
    }

    /** The memory operand's offset in its segment. */
    void pushOffset(Insn insn) {
        boolean some = false;
        if (insn.base != Insn.NO_REGISTER) {
            pushRegister(insn.base);
            some = true;
        }
        if (insn.index != Insn.NO_REGISTER) {
            pushRegister(insn.index);
            if (insn.scale != 0) {
                cb.loadConstant(insn.scale).lshl();
            }
            if (some) {
                cb.ladd();
            }
            some = true;
        }
        if (insn.displacement != 0 || !some) {
            cb.loadConstant(insn.displacement);
            if (some) {
                cb.ladd();
            }
        }
        if (insn.addressSize != 8) {
            cb.loadConstant(insn.addressSize == 4 ? LOW32 : 0xFFFFL).land();
        }
    }

    /** Whether SSE instructions may run: CR0.EM and TS clear, CR4.OSFXSR set; as an int. */
    void pushVectorsUsable() {
        cb.aload(THIS_CPU).invokestatic(describe(SseMath.class), "isUsable", MethodTypeDesc.of(BOOLEAN, CPU));
    }

    void pushTlb() {
        cb.ldc(TLB).lload(GENERATION);
    }

    /** Stack: TLB, address, size. Gives the host address. */
    void lookUp(boolean write) {
        String right = write ? "writable" : "readable";
        cb.invokestatic(ACCESS, right, MethodTypeDesc.of(LONG, LONGS, LONG, LONG, INT));
    }

    /** Stack: TLB, address. Gives a long, raw; zero-extended but for 4 bytes. */
    void load(int size) {
        ClassDesc result = size == 8 ? LONG : INT;
        cb.invokestatic(ACCESS, "load" + 8 * size, MethodTypeDesc.of(result, LONGS, LONG, LONG));
        if (size != 8) {
            cb.i2l();
        }
        keepOrder();
    }

    /**
     * Behind a load that other processors may watch: HotSpot must neither swap it with a later one nor take one for both, as the processor
     * would not (SDM vol. 3, 8.2.2). The host keeps the order by itself.
     */
    private void keepOrder() {
        if (sharedMemory) {
            cb.invokestatic(describe(VarHandle.class), "loadLoadFence", ConstantDescs.MTD_void);
        }
    }

    /** The memory operand, raw. */
    void pushMemory(Insn insn, int size) {
        int stream = streams.of(insn);
        if (pushedOfRun(insn, size, false)) {
            loadHost(size);
        } else if (stream >= 0) {
            pushAddress(insn);
            readOfStream(stream, size);
            loadHost(size);
        } else {
            pushTlb();
            pushAddress(insn);
            load(size);
        }
    }

    /**
     * Stack: linear address of a read. Gives the host address. The comparison with the page of the last time is in a method that all regions
     * share, so that HotSpot knows both outcomes: in the region itself it would take the other page for never met, and throw its compiled
     * code away when it is.
     */
    private void readOfStream(int stream, int size) {
        int page = page(stream);
        cb.lstore(ADDRESS);
        pushTlb();
        cb.lload(ADDRESS).lload(page).lload(page + 2).loadConstant(size);
        cb.invokestatic(ACCESS, "readAddend", MethodTypeDesc.of(LONG, LONGS, LONG, LONG, LONG, LONG, INT));
        cb.lstore(page + 2);
        cb.lload(ADDRESS).loadConstant(FastAccess.PAGE).land().lstore(page);
        cb.lload(ADDRESS).lload(page + 2).ladd();
    }

    /** Stores a raw value to the memory operand. */
    void storeMemory(Insn insn, int size, Runnable value) {
        if (pushedOfRun(insn, size, true)) {
            cb.loadConstant(size);
            value.run();
            cb.invokestatic(HOST, "set", MethodTypeDesc.of(VOID, LONG, INT, LONG));
            return;
        }
        pushTlb();
        pushAddress(insn);
        value.run();
        store(size);
    }

    /** Stack: TLB, address, raw value. */
    void store(int size) {
        ClassDesc value = size == 8 ? LONG : INT;
        if (size != 8) {
            cb.l2i();
        }
        cb.invokestatic(ACCESS, "store" + 8 * size, MethodTypeDesc.of(VOID, LONGS, LONG, LONG, value));
    }

    /** Host address of the memory operand, for reading and writing. */
    void pushHostAddress(Insn insn, int size) {
        if (pushedOfRun(insn, size, true)) {
            return;
        }
        pushTlb();
        pushAddress(insn);
        cb.loadConstant(size);
        lookUp(true);
    }

    /** Stack: host address. Gives a raw value. */
    void loadHost(int size) {
        cb.loadConstant(size).invokestatic(HOST, "get", MethodTypeDesc.of(LONG, LONG, INT));
        keepOrder();
    }

    /** Stores what a local holds where another points. */
    void storeHost(int address, int size, int value) {
        cb.lload(address).loadConstant(size).lload(value);
        cb.invokestatic(HOST, "set", MethodTypeDesc.of(VOID, LONG, INT, LONG));
    }

    // --- flags ---

    /** An operation sets all flags; its numbers have been stored. */
    void setFlags(int kind, int size) {
        int code = JitFlags.code(kind, size);
        if (flagsDead) {
            return;
        }
        cb.loadConstant(code).istore(FLAG_CODE);
        if (tops) {
            cb.loadConstant(0).istore(TOP);
        }
        flags = new FlagState(true, code, 0);
    }

    /** Another operation lies on top now; its result has been stored. */
    void setTop(int kind, int size) {
        int code = JitFlags.code(kind, size);
        cb.loadConstant(code).istore(TOP);
        flags = flags.known() ? new FlagState(true, flags.code(), code) : FlagState.UNKNOWN;
    }

    void flagsAreInCpu() {
        cb.loadConstant(0).istore(FLAG_CODE);
        if (tops) {
            cb.loadConstant(0).istore(TOP);
        }
        flags = FlagState.IN_CPU;
    }

    void pushFlagNumbers() {
        cb.iload(FLAG_CODE).lload(FLAG_A).lload(FLAG_B).lload(FLAG_C);
        if (tops) {
            cb.iload(TOP).lload(TOP_VALUE);
        } else {
            cb.loadConstant(0).loadConstant(0L);
        }
    }

    void storeFlags() {
        cb.aload(THIS_CPU);
        pushFlagNumbers();
        cb.invokestatic(FLAGS, "store", MethodTypeDesc.of(VOID, CPU, INT, LONG, LONG, LONG, INT, LONG));
    }

    /** CF as an int. */
    void pushCarry() {
        if (flags.isPlain() && flags.kind() == JitFlags.LOGIC) {
            cb.loadConstant(0);
        } else if (flags.isPlain()) {
            cb.loadConstant(flags.code()).lload(FLAG_A).lload(FLAG_B).lload(FLAG_C);
            cb.invokestatic(FLAGS, "carry", MethodTypeDesc.of(INT, INT, LONG, LONG, LONG));
        } else {
            cb.aload(THIS_CPU);
            pushFlagNumbers();
            cb.invokestatic(FLAGS, "anyCarry", MethodTypeDesc.of(INT, CPU, INT, LONG, LONG, LONG, INT, LONG));
        }
    }

    /** Goes to a label when a condition, by its number in the encoding, holds. */
    void branchIf(int condition, Label yes) {
        new ConditionWriter(this).branchIf(condition, yes);
    }

    void pushCondition(int condition) {
        Label yes = cb.newLabel();
        Label end = cb.newLabel();
        branchIf(condition, yes);
        cb.loadConstant(0).goto_(end).labelBinding(yes).loadConstant(1).labelBinding(end);
    }
}
