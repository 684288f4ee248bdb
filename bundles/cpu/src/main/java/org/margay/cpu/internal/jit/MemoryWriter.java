package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.ACCESS;
import static org.margay.cpu.internal.jit.CodeWriter.CPU;
import static org.margay.cpu.internal.jit.CodeWriter.GENERATION;
import static org.margay.cpu.internal.jit.CodeWriter.HOST;
import static org.margay.cpu.internal.jit.CodeWriter.INT;
import static org.margay.cpu.internal.jit.CodeWriter.LONG;
import static org.margay.cpu.internal.jit.CodeWriter.LONGS;
import static org.margay.cpu.internal.jit.CodeWriter.LOW32;
import static org.margay.cpu.internal.jit.CodeWriter.MMU;
import static org.margay.cpu.internal.jit.CodeWriter.STATE;
import static org.margay.cpu.internal.jit.CodeWriter.THIS_CPU;
import static org.margay.cpu.internal.jit.CodeWriter.VOID;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.jit.AccessRuns.Access;
import org.margay.cpu.internal.jit.AccessRuns.Origin;
import org.margay.cpu.internal.jit.AccessRuns.Run;
import org.margay.cpu.internal.mmu.FastAccess;

/** Bytecode that reaches memory: addresses, looks into the TLB, loads and stores, and what accesses share. */
final class MemoryWriter {
    /** The array that the class was defined with. A constant: HotSpot knows its length, and checks no index that is masked. */
    private static final DynamicConstantDesc<?> TLB =
            DynamicConstantDesc.ofNamed(ConstantDescs.BSM_CLASS_DATA, ConstantDescs.DEFAULT_NAME, LONGS);

    // Locals.
    private static final int ADDRESS = CodeWriter.FIRST_OF_MEMORY;
    private static final int FIRST_STREAM = ADDRESS + 2;

    private static final int NO_STREAM = -1;

    private final CodeWriter w;
    private final CodeBuilder cb;
    private final boolean sharedMemory;
    private final boolean longMode;
    private final PageStreams streams;

    /** Of the basic block in progress, and which of them have their place in the host in a local. */
    private AccessRuns runs = new AccessRuns();

    private long lookedUp;

    /** @param writer whose registers make addresses; its memory this is */
    MemoryWriter(CodeWriter writer, boolean sharedMemory, boolean longMode, PageStreams streams) {
        w = writer;
        cb = writer.cb;
        this.sharedMemory = sharedMemory;
        this.longMode = longMode;
        this.streams = streams;
    }

    void beginBlock(AccessRuns accesses) {
        runs = accesses;
        lookedUp = 0;
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
            w.pushRegister(origin.base());
            cb.ladd();
        }
        if (origin.index() != Insn.NO_REGISTER) {
            w.pushRegister(origin.index());
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
            w.pushRegister(CpuState.RSP);
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
            w.pushRegister(insn.base);
            some = true;
        }
        if (insn.index != Insn.NO_REGISTER) {
            w.pushRegister(insn.index);
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
            cb.invokestatic(CodeWriter.describe(VarHandle.class), "loadLoadFence", ConstantDescs.MTD_void);
        }
    }

    /** The memory operand, raw. */
    void pushOperand(Insn insn, int size) {
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
    void storeOperand(Insn insn, int size, Runnable value) {
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

    /** Host address of a memory operand of 16 bytes that must be aligned, for reading and writing. */
    void pushAligned16(Insn insn) {
        pushTlb();
        pushAddress(insn);
        cb.invokestatic(ACCESS, "writableAligned16", MethodTypeDesc.of(LONG, LONGS, LONG, LONG));
    }

    /**
     * Host address of the word of a string of bits that has one of them (SDM vol. 2, 3.1.1.9, Bit(BitBase, BitOffset)).
     *
     * @param number the local with the bit's signed number
     */
    void pushBitString(Insn insn, int size, int number, boolean write) {
        int bytes = Integer.numberOfTrailingZeros(size);
        pushTlb();
        pushAddress(insn);
        cb.lload(number)
                .loadConstant(bytes + 3)
                .lshr()
                .loadConstant(bytes)
                .lshl()
                .ladd();
        if (!longMode) {
            cb.loadConstant(LOW32).land();
        }
        cb.loadConstant(size);
        lookUp(write);
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
}
