package org.margay.cpu.oracle;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The processor that runs the tests, as an oracle: executes snippets of machine code in 64-bit, 32-bit or 16-bit user
 * mode on a given state. Exceptions that the snippet raises come back as part of the outcome; they reach us as
 * signals, and a handler in front of the JVM's own tells ours from the JVM's.
 *
 * <p>One per process; {@link #run(Mode, byte[], HostState)} may be called from any platform thread, one at a time. A
 * snippet must end (a loop that does not would hang the test), must not call the system, and must not write outside the
 * two areas except near them: the JVM's memory is not protected from it.
 */
public final class NativeCpu {
    /** Start of the data area, readable and writable, below 2 GiB; its surroundings are never mapped. */
    public static final long SCRATCH = LowMemory.BASE + 0x10_0000;

    /** Bytes in the data area. */
    public static final int SCRATCH_SIZE = 0x4000;

    /** Start of the code area, filled with {@link #FILLER} except for the snippet. User mode can read and write it. */
    public static final long CODE = LowMemory.BASE + 0x20_0000;

    public static final int CODE_SIZE = 0x2000;

    /** HLT: raises #GP(0) in user mode. */
    static final byte FILLER = (byte) 0xF4;

    /**
     * Where a snippet's first byte is; long ones reach into the second page. Branches may go anywhere else in the
     * code area and are stopped there.
     */
    public static final long SNIPPET = CODE + 0xE00;

    /** Most bytes a snippet may have. */
    public static final int SNIPPET_MAX = 0x700;

    private static final int TRAMPOLINE = (int) LowMemory.OWN,
            STATE = TRAMPOLINE + 0x4000,
            SIGNAL_STACK = TRAMPOLINE + 0x8000;
    private static final int TRAMPOLINE_SIZE = 0x4000, STATE_SIZE = 0x1000, SIGNAL_STACK_SIZE = 0x1_0000;

    private static final int[] SIGNALS = {4, 5, 7, 8, 11}; // SIGILL SIGTRAP SIGBUS SIGFPE SIGSEGV
    private static final int SA_SIGINFO = 4, SA_RESTART = 0x1000_0000, SA_ONSTACK = 0x0800_0000;
    private static final int SIGACTION_SIZE = 152, SIGACTION_FLAGS = 136;
    private static final long SYS_MODIFY_LDT = 154;
    private static final int LDT_EXECUTABLE = 2 << 1, LDT_USEABLE = 1 << 6;
    private static final int AT_HWCAP2 = 26, HWCAP2_FSGSBASE = 2;

    /** The last letters of "AuthenticAMD", in ECX. */
    private static final int VENDOR_CAMD = 0x444D_4163;

    private static final int VECTOR_GP = 13, VECTOR_PF = 14;
    private static final int PF_FETCH = 0x10;
    private static final long NESTED_TASK = 1 << 14;

    private static final @Nullable NativeCpu INSTANCE = create();

    private final MethodHandle enter64, enterFar, sigaltstack;
    private final MemorySegment scratch, code, state;
    private final int exit;
    private final boolean gsBase;
    private final Set<Mode> modes = EnumSet.of(Mode.BITS64);
    private final boolean keepsNestedTask;
    private @Nullable Thread prepared;

    /** Whether this host can serve: Linux on x86-64 with the needed addresses free. */
    public static boolean isAvailable() {
        return INSTANCE != null;
    }

    /** @throws IllegalStateException if not {@link #isAvailable()} */
    public static NativeCpu get() {
        if (INSTANCE == null) {
            throw new IllegalStateException("no native x86-64 processor here");
        }
        return INSTANCE;
    }

    private static @Nullable NativeCpu create() {
        if (!LowMemory.AVAILABLE) {
            return null;
        }
        try {
            return new NativeCpu();
        } catch (UnsupportedOperationException unable) {
            return null;
        } catch (Throwable failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }

    private NativeCpu() throws Throwable {
        int readWrite = LowMemory.PROT_READ | LowMemory.PROT_WRITE;
        scratch = LowMemory.open(SCRATCH, SCRATCH_SIZE, readWrite);
        code = LowMemory.open(CODE, CODE_SIZE, readWrite | LowMemory.PROT_EXEC);
        state = LowMemory.open(STATE, STATE_SIZE, readWrite);
        LowMemory.open(SIGNAL_STACK, SIGNAL_STACK_SIZE, readWrite);
        MemorySegment helper = LowMemory.open(TRAMPOLINE, TRAMPOLINE_SIZE, readWrite | LowMemory.PROT_EXEC);

        MethodHandle getauxval =
                LowMemory.libc("getauxval", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        gsBase = ((long) getauxval.invokeExact((long) AT_HWCAP2) & HWCAP2_FSGSBASE) != 0;
        Trampoline trampoline = new Trampoline(TRAMPOLINE, STATE, SIGNAL_STACK, SIGNAL_STACK_SIZE, gsBase);
        helper.copyFrom(MemorySegment.ofArray(trampoline.bytes()));
        exit = TRAMPOLINE + trampoline.exit;
        enter64 = function(TRAMPOLINE + trampoline.enter64);
        enterFar = function(TRAMPOLINE + trampoline.enterFar);
        sigaltstack = LowMemory.libc(
                "sigaltstack", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        takeSignals(TRAMPOLINE + trampoline.handler);
        keepsNestedTask = doesKeepNestedTask();
        if (doesRun32BitCode()) {
            modes.add(Mode.BITS32);
            if (make16BitSegments() && isSegment(Trampoline.LDT_CODE16) && isSegment(Trampoline.LDT_DATA16)) {
                modes.add(Mode.BITS16);
            }
        }
    }

    // --- what a host can do: not every virtual one does what its processor would ---

    private boolean doesKeepNestedTask() {
        HostState s = new HostState();
        s.flags = NESTED_TASK;
        run(new byte[] {0x0F, 0x0B}, s); // ud2: what may lose it is the way through the kernel
        return (s.flags & NESTED_TASK) != 0;
    }

    /** AAA is no instruction of 64-bit mode. */
    private boolean doesRun32BitCode() {
        HostState s = new HostState();
        s.r[0] = 0x0F;
        run(Mode.BITS32, new byte[] {0x37}, s);
        return s.vector == HostState.NO_FAULT && (s.r[0] & 0xFFFF) == 0x105;
    }

    private static MethodHandle function(int address) {
        return Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(address), FunctionDescriptor.ofVoid());
    }

    /** Has the kernel make two 16-bit segments (modify_ldt(2)): code over the code area, data over the scratch area. */
    private static boolean make16BitSegments() throws Throwable {
        MethodHandle syscall = LowMemory.libc(
                "syscall",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG));
        int[][] descriptors = {
            {Trampoline.LDT_CODE16 >> 3, (int) CODE, CODE_SIZE - 1, LDT_EXECUTABLE | LDT_USEABLE},
            {Trampoline.LDT_DATA16 >> 3, (int) SCRATCH, SCRATCH_SIZE - 1, LDT_USEABLE}
        };
        try (Arena arena = Arena.ofConfined()) {
            for (int[] descriptor : descriptors) {
                MemorySegment user = arena.allocateFrom(ValueLayout.JAVA_INT, descriptor);
                if ((long) syscall.invokeExact(SYS_MODIFY_LDT, 1L, user, 16L) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the processor knows a selector (LAR): a kernel may make a local table that is never loaded. */
    private boolean isSegment(int selector) {
        HostState s = new HostState();
        s.r[1] = selector;
        run(new byte[] {0x0F, 0x02, (byte) 0xC1}, s); // lar eax, ecx
        return (s.flags >> 6 & 1) != 0;
    }

    private void takeSignals(int handler) throws Throwable {
        MethodHandle sigaction = LowMemory.libc(
                "sigaction",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment old = arena.allocate(SIGACTION_SIZE, 8);
            MemorySegment ours = arena.allocate(SIGACTION_SIZE, 8);
            for (int signal : SIGNALS) {
                check((int) sigaction.invokeExact(signal, MemorySegment.NULL, old));
                state.set(
                        ValueLayout.JAVA_LONG,
                        Trampoline.OLD_HANDLERS + 8L * signal,
                        old.get(ValueLayout.JAVA_LONG, 0));
                ours.copyFrom(old);
                ours.set(ValueLayout.JAVA_LONG, 0, handler);
                ours.set(ValueLayout.JAVA_INT, SIGACTION_FLAGS, SA_SIGINFO | SA_RESTART | SA_ONSTACK);
                check((int) sigaction.invokeExact(signal, ours, MemorySegment.NULL));
            }
        }
    }

    private static void check(int result) {
        if (result != 0) {
            throw new IllegalStateException("system call refused");
        }
    }

    /** The data area, {@link #SCRATCH_SIZE} bytes. */
    public MemorySegment scratch() {
        return scratch;
    }

    /** The code area; the snippet's surroundings can be prepared and inspected here. */
    public MemorySegment code() {
        return code;
    }

    /** Whether {@link HostState#gsBase} takes effect. */
    public boolean hasGsBase() {
        return gsBase;
    }

    /** Whether code of a mode can run. */
    public boolean supports(Mode mode) {
        return modes.contains(mode);
    }

    /** Those of {@link HostState#FLAGS_MASK} that code can change. */
    public long flags() {
        return HostState.FLAGS_MASK & (keepsNestedTask ? -1 : ~NESTED_TASK);
    }

    /** CPUID: EAX EBX ECX EDX. */
    public int[] cpuid(int leaf, int subleaf) {
        HostState s = new HostState();
        s.r[0] = leaf;
        s.r[1] = subleaf;
        run(new byte[] {0x0F, (byte) 0xA2}, s);
        return new int[] {(int) s.r[0], (int) s.r[3], (int) s.r[1], (int) s.r[2]};
    }

    /** Runs {@code snippet} in 64-bit mode; see {@link #run(Mode, byte[], HostState)}. */
    public void run(byte[] snippet, HostState s) {
        run(Mode.BITS64, snippet, s);
    }

    /**
     * Whether results are comparable to the last bit: our processor model is one by AMD, and vendors differ in what
     * the manuals leave open. {@code -Dmargay.oracle.vendor=any} compares anyway.
     */
    public boolean isOfOurVendor() {
        return cpuid(0, 0)[2] == VENDOR_CAMD
                || System.getProperty("margay.oracle.vendor", "").equals("any");
    }

    /**
     * Runs {@code snippet} at {@link #SNIPPET}.
     *
     * @param s state in; state and outcome out
     */
    public synchronized void run(Mode mode, byte[] snippet, HostState s) {
        if (snippet.length > SNIPPET_MAX) {
            throw new IllegalArgumentException("snippet of " + snippet.length + " bytes");
        }
        try {
            prepareThread();
            place(snippet, mode);
            write(s, mode);
            if (mode == Mode.BITS64) {
                enter64.invokeExact();
            } else {
                enterFar.invokeExact();
            }
        } catch (Throwable failed) {
            throw new IllegalStateException(failed);
        }
        read(s);
        readOutcome(s, snippet.length);
    }

    /** A signal must not land on the snippet's stack: that is guest memory, or nothing at all. */
    private void prepareThread() throws Throwable {
        Thread current = Thread.currentThread();
        if (prepared == current) {
            return;
        }
        if (current.isVirtual()) {
            throw new IllegalStateException("needs a platform thread");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stack = arena.allocate(24, 8); // stack_t: ss_sp, ss_flags, ss_size
            stack.set(ValueLayout.JAVA_LONG, 0, SIGNAL_STACK);
            stack.set(ValueLayout.JAVA_LONG, 16, SIGNAL_STACK_SIZE);
            check((int) sigaltstack.invokeExact(stack, MemorySegment.NULL));
        }
        prepared = current;
    }

    private void place(byte[] snippet, Mode mode) {
        code.fill(FILLER);
        long at = SNIPPET - CODE;
        MemorySegment.copy(snippet, 0, code, ValueLayout.JAVA_BYTE, at, snippet.length);
        at += snippet.length;
        if (mode == Mode.BITS64) {
            code.set(ValueLayout.JAVA_BYTE, at, (byte) 0xE9); // jmp exit
            code.set(ValueLayout.JAVA_INT_UNALIGNED, at + 1, (int) (exit - (CODE + at + 5)));
        } else {
            if (mode == Mode.BITS16) {
                code.set(ValueLayout.JAVA_BYTE, at++, (byte) 0x66);
            }
            code.set(ValueLayout.JAVA_BYTE, at, (byte) 0xEA); // jmp far CODE64:exit
            code.set(ValueLayout.JAVA_INT_UNALIGNED, at + 1, exit);
            code.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 5, (short) Trampoline.CODE64);
        }
    }

    private void write(HostState s, Mode mode) {
        boolean sixteenBit = mode == Mode.BITS16;
        MemorySegment.copy(s.r, 0, state, ValueLayout.JAVA_LONG, Trampoline.REGISTERS, 16);
        state.set(ValueLayout.JAVA_LONG, Trampoline.FLAGS, s.flags & HostState.FLAGS_MASK | 0x202);
        state.set(ValueLayout.JAVA_LONG, Trampoline.GS_BASE, s.gsBase);
        state.set(ValueLayout.JAVA_LONG, Trampoline.ENTRY, SNIPPET);
        state.set(ValueLayout.JAVA_INT, Trampoline.FAR_ENTRY, (int) (sixteenBit ? SNIPPET - CODE : SNIPPET));
        state.set(
                ValueLayout.JAVA_INT, Trampoline.FAR_ENTRY + 4, sixteenBit ? Trampoline.LDT_CODE16 : Trampoline.CODE32);
        state.set(ValueLayout.JAVA_INT, Trampoline.DATA_SELECTOR, sixteenBit ? Trampoline.LDT_DATA16 : Trampoline.DATA);
        state.set(ValueLayout.JAVA_LONG, Trampoline.TRAP, HostState.NO_FAULT);
        state.set(ValueLayout.JAVA_LONG, Trampoline.ERROR, 0);
        state.set(ValueLayout.JAVA_LONG, Trampoline.CR2, 0);
        MemorySegment fx = state.asSlice(Trampoline.FX, 512);
        fx.set(ValueLayout.JAVA_SHORT, 0, (short) s.fpControl);
        fx.set(ValueLayout.JAVA_SHORT, 2, (short) s.fpStatus);
        fx.set(ValueLayout.JAVA_SHORT, 4, (short) s.fpTag);
        fx.set(ValueLayout.JAVA_SHORT, 6, (short) s.fpOpcode);
        fx.set(ValueLayout.JAVA_LONG, 8, s.fpInstruction);
        fx.set(ValueLayout.JAVA_LONG, 16, s.fpData);
        fx.set(ValueLayout.JAVA_INT, 24, s.mxcsr);
        for (int i = 0; i < 8; i++) {
            fx.set(ValueLayout.JAVA_LONG, 32 + 16 * i, s.stMantissa[i]);
            fx.set(ValueLayout.JAVA_LONG, 40 + 16 * i, s.stExponent[i] & 0xFFFF);
        }
        MemorySegment.copy(s.xmm, 0, fx, ValueLayout.JAVA_LONG, 160, 32);
    }

    private void read(HostState s) {
        MemorySegment.copy(state, ValueLayout.JAVA_LONG, Trampoline.REGISTERS, s.r, 0, 16);
        s.flags = state.get(ValueLayout.JAVA_LONG, Trampoline.FLAGS) & HostState.FLAGS_MASK;
        MemorySegment fx = state.asSlice(Trampoline.FX, 512);
        s.fpControl = fx.get(ValueLayout.JAVA_SHORT, 0) & 0xFFFF;
        s.fpStatus = fx.get(ValueLayout.JAVA_SHORT, 2) & 0xFFFF;
        s.fpTag = fx.get(ValueLayout.JAVA_BYTE, 4) & 0xFF;
        s.fpOpcode = fx.get(ValueLayout.JAVA_SHORT, 6) & 0xFFFF;
        s.fpInstruction = fx.get(ValueLayout.JAVA_LONG, 8);
        s.fpData = fx.get(ValueLayout.JAVA_LONG, 16);
        s.mxcsr = fx.get(ValueLayout.JAVA_INT, 24);
        for (int i = 0; i < 8; i++) {
            s.stMantissa[i] = fx.get(ValueLayout.JAVA_LONG, 32 + 16 * i);
            s.stExponent[i] = fx.get(ValueLayout.JAVA_SHORT, 40 + 16 * i) & 0xFFFF;
        }
        MemorySegment.copy(fx, ValueLayout.JAVA_LONG, 160, s.xmm, 0, 32);
    }

    private void readOutcome(HostState s, int length) {
        int vector = (int) state.get(ValueLayout.JAVA_LONG, Trampoline.TRAP);
        boolean sixteen = state.get(ValueLayout.JAVA_SHORT, Trampoline.FAULT_CS) == Trampoline.LDT_CODE16;
        long rip = state.get(ValueLayout.JAVA_LONG, Trampoline.FAULT_RIP) + (sixteen ? CODE : 0);
        long end = SNIPPET + length;
        s.vector = vector;
        s.ds = state.get(ValueLayout.JAVA_SHORT, Trampoline.DS) & 0xFFFF;
        s.es = state.get(ValueLayout.JAVA_SHORT, Trampoline.ES) & 0xFFFF;
        s.cs = vector == HostState.NO_FAULT ? 0 : state.get(ValueLayout.JAVA_SHORT, Trampoline.FAULT_CS) & 0xFFFF;
        s.rip = vector == HostState.NO_FAULT ? end : rip;
        s.errorCode = (int) state.get(ValueLayout.JAVA_LONG, Trampoline.ERROR);
        s.faultAddress = vector == VECTOR_PF ? state.get(ValueLayout.JAVA_LONG, Trampoline.CR2) : 0;
        boolean landed = vector == VECTOR_GP && rip >= CODE && rip < CODE + CODE_SIZE && (rip < SNIPPET || rip >= end);
        boolean fetch = vector == VECTOR_PF && (s.errorCode & PF_FETCH) != 0 && s.faultAddress == rip;
        if (landed || fetch) { // a branch out of the snippet: the stop at its target is ours, not the snippet's
            s.vector = HostState.NO_FAULT;
            s.rip = rip;
            s.errorCode = 0;
            s.faultAddress = 0;
        }
    }
}
