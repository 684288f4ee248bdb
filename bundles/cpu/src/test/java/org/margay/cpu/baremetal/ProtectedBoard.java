package org.margay.cpu.baremetal;

import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;

/**
 * A board in 32-bit protected mode with flat segments, a TSS, and an IDT whose every handler notes its vector and
 * halts, so that a test sees which exception came and what lies on its stack.
 */
final class ProtectedBoard implements AutoCloseable {
    static final int CODE_0 = 0x08, DATA_0 = 0x10, CODE_3 = 0x1B, DATA_3 = 0x23, TSS = 0x28;

    /** Selectors of descriptors that tests may set. */
    static final int FREE_1 = 0x30, FREE_2 = 0x38, FREE_3 = 0x40, FREE_4 = 0x48;

    static final int GDT = 0x1000, IDT = 0x2000, TASK = 0x3000, OTHER_TASK = 0x3800;
    static final int GDT_LIMIT = 0x7F;

    /** Where {@link #kernel} and {@link #user} code starts. */
    static final int KERNEL = 0x1_0000, USER = 0x2_0000;

    /** Tops of stacks: of the kernel's code, of entries from ring 3 through the TSS, of the user's code. */
    static final int KERNEL_STACK = 0xA000, TSS_STACK = 0x8000, USER_STACK = 0xC000;

    /** Free for data. */
    static final int DATA = 0x3_0000;

    static final long DEBUG_EXTENSIONS = 0x8;

    private static final int RECORDERS = 0x4000, RECORDER_SIZE = 16;

    /** Where recorders note their vector. */
    static final int NOTE = 0x3F00;

    private static final int NOTHING = 0xFFFF;

    /** An exception or interrupt that was delivered: its vector and the stack that its handler found, top first. */
    record Taken(int vector, int... stack) {}

    final Board board;

    ProtectedBoard(Engine engine) {
        board = new Board(engine);
        descriptor(CODE_0, Descriptors.flat(Descriptors.CODE_0));
        descriptor(DATA_0, Descriptors.flat(Descriptors.DATA_0));
        descriptor(CODE_3, Descriptors.flat(Descriptors.CODE_3));
        descriptor(DATA_3, Descriptors.flat(Descriptors.DATA_3));
        descriptor(TSS, Descriptors.segment(TASK, 0x67, Descriptors.TSS | 2)); // busy
        board.poke(TASK + 4, 4, TSS_STACK);
        board.poke(TASK + 8, 4, DATA_0);
        board.poke(TASK + 0x66, 2, 0x68); // no I/O permission map
        for (int vector = 0; vector < 256; vector++) {
            int at = RECORDERS + vector * RECORDER_SIZE;
            // mov byte [ss:NOTE], vector; hlt
            board.load(0, new Assembler(at).hex("36 C6 05").dword(NOTE).hex("%02X F4".formatted(vector)));
            gate(vector, Descriptors.gate(CODE_0, at, Descriptors.INTERRUPT_GATE, 0));
        }
        board.cpu.gdtBase = GDT;
        board.cpu.gdtLimit = GDT_LIMIT;
        board.cpu.idtBase = IDT;
        board.cpu.idtLimit = 0x7FF;
        board.cpu.cr0 = 0x33; // NE ET MP PE
        board.segment(CpuState.TR, TSS, TASK, 0x67, 0x008B);
        board.segment(CpuState.LDTR, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        board.close();
    }

    void descriptor(int selector, long value) {
        board.poke(GDT + (selector & ~7), 8, value);
    }

    long descriptor(int selector) {
        return board.peek(GDT + (selector & ~7), 8);
    }

    void gate(int vector, long value) {
        board.poke(IDT + 8L * vector, 8, value);
    }

    /** Lets user code call the recorder of a vector. */
    void openGate(int vector) {
        gate(vector, board.peek(IDT + 8L * vector, 8) | (long) Descriptors.DPL_3 << 40);
    }

    /** An assembler at {@link #KERNEL}. */
    static Assembler kernel() {
        return new Assembler(KERNEL);
    }

    /** An assembler at {@link #USER}. */
    static Assembler user() {
        return new Assembler(USER);
    }

    void load(Assembler code) {
        board.load(0, code);
    }

    /** Runs kernel code to HLT; what was taken on the way, if anything. */
    Taken runKernel(Assembler code) {
        load(code);
        enter(0, KERNEL, KERNEL_STACK, CODE_0, DATA_0);
        return resume();
    }

    /** Runs user code with some RFLAGS until an exception or interrupt takes it to the kernel. */
    Taken runUser(Assembler code, long flags) {
        load(code);
        enter(3, USER, USER_STACK, CODE_3, DATA_3);
        LazyFlags.setRflags(board.cpu, flags | 2);
        return resume();
    }

    Taken runUser(Assembler code) {
        return runUser(code, LazyFlags.IF);
    }

    /** Has kernel code run next. */
    void enterKernel() {
        enter(0, KERNEL, KERNEL_STACK, CODE_0, DATA_0);
    }

    private void enter(int level, int eip, int esp, int code, int data) {
        int privilege = level << 5;
        board.segment(CpuState.CS, code, 0, 0xFFFF_FFFFL, 0xC09B | privilege);
        for (int segment : new int[] {CpuState.SS, CpuState.DS, CpuState.ES, CpuState.FS, CpuState.GS}) {
            board.segment(segment, data, 0, 0xFFFF_FFFFL, 0xC093 | privilege);
        }
        board.cpu.cpl = level;
        board.cpu.rip = eip;
        board.cpu.r[CpuState.RSP] = esp;
    }

    /** Runs on from where the processor stands. */
    Taken resume() {
        board.poke(NOTE, 2, NOTHING);
        board.run();
        int vector = (int) board.peek(NOTE, 2);
        if (vector == NOTHING) {
            return new Taken(-1);
        }
        int[] stack = new int[12];
        long top = board.cpu.segBase[CpuState.SS] + (board.cpu.r[CpuState.RSP] & 0xFFFF_FFFFL);
        for (int i = 0; i < stack.length; i++) {
            stack[i] = (int) board.peek(top + 4L * i, 4);
        }
        return new Taken(vector & 0xFF, stack);
    }
}
