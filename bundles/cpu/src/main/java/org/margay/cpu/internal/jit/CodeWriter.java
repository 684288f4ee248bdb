package org.margay.cpu.internal.jit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
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

    // Locals.
    static final int THIS_CPU = 1, SELF = 2, SITE = 3, COUNT = 4, GENERATION = 6, VECTORS = 8;
    static final int FLAG_CODE = 9, FLAG_A = 10, FLAG_B = 12, FLAG_C = 14, TOP = 16, TOP_VALUE = 17;
    static final int TARGET = 19, RESULT = 21, ARRAY = 22;
    static final int T0 = 23, T1 = 25, T2 = 27, T3 = 29;
    private static final int FIRST_REGISTER = 31;
    private static final int FIRST_VECTOR = FIRST_REGISTER + 2 * 16;
    /** From here on locals are {@link MemoryWriter}'s. */
    static final int FIRST_OF_MEMORY = FIRST_VECTOR + 4 * 16;

    static final long LOW32 = 0xFFFF_FFFFL;

    final CodeBuilder cb;

    /** General and vector registers that are in locals, and general ones that are written back. */
    final int used, written, usedVectors;

    /** Some operation may lie on top of another in the flags. */
    final boolean tops;

    /** What reaches memory. */
    final MemoryWriter memory;

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
        memory = new MemoryWriter(this, sharedMemory, longMode, streams);
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

    /** Whether SSE instructions may run: CR0.EM and TS clear, CR4.OSFXSR set; as an int. */
    void pushVectorsUsable() {
        cb.aload(THIS_CPU).invokestatic(describe(SseMath.class), "isUsable", MethodTypeDesc.of(BOOLEAN, CPU));
    }

    void beginBlock(AccessRuns accesses) {
        ordinary = 0;
        memory.beginBlock(accesses);
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
