package org.margay.cpu.oracle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.SystemHooks;
import org.margay.cpu.internal.TestEngine;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.table.Feature;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

/**
 * Runs test cases on our interpreter, on a processor that looks to user mode like a process of the host: long mode,
 * privilege level 3, the same segments, and page tables that show the two areas at the same addresses and nothing
 * else.
 */
final class GuestRunner implements AutoCloseable {
    private static final long PAGE = 4096;
    private static final long RAM_SIZE = 1 << 20;

    /** Guest-physical layout. */
    private static final long PML4 = 0x1000, PDPT = 0x2000, DIRECTORY = 0x3000, TABLE = 0x4000;

    private static final long SCRATCH_PHYSICAL = 0x1_0000, CODE_PHYSICAL = 0x2_0000;

    /** The pages of code are not neighbours in physical memory. */
    private static final long CODE_STRIDE = 0x5000;

    private static final long SYSTEM_TABLES = 0x3_0000, DESCRIPTORS_PHYSICAL = 0x3_3000;

    /** Linear address of the descriptor tables: the GDT with 16 entries, and the LDT with 2 at some distance. */
    private static final long SYSTEM = 0xFFFF_FE00_0000_1000L;

    private static final int GDT_LIMIT = 0x7F, LDT = 0x200, LDT_LIMIT = 0xF;
    private static final long PRESENT = 1, WRITABLE = 2, USER = 4, NO_EXECUTE = 1L << 63;
    private static final long CR0 = 0x8005_0033; // PG AM WP NE ET MP PE
    private static final long CR4 = 0x620; // OSXMMEXCPT OSFXSR PAE
    private static final long EFER = 0xD01; // NXE LMA LME SCE
    private static final int CODE64_ATTR = 0xA0FB, CODE32_ATTR = 0xC0FB, DATA32_ATTR = 0xC0F3;
    private static final int CODE16_ATTR = 0x00FB, DATA16_ATTR = 0x00F3;
    private static final int PAGE_FAULT = 14, FETCH = 0x10;
    private static final int STEPS_MAX = 100_000;

    /** Ends a run: thrown from the delivery of a fault. */
    private static final class Stop extends RuntimeException {
        private Stop() {
            super(null, null, false, false);
        }
    }

    private final GuestRam ram = GuestRam.allocate("oracle", RAM_SIZE);
    private final Cpu cpu;
    private final Interpreter interpreter;
    private final HostState outcome = new HostState();
    private final Stop stop = new Stop();

    /** Contents of the scratch area after the last case. */
    final byte[] after = new byte[NativeCpu.SCRATCH_SIZE];

    private final byte[] code = new byte[NativeCpu.CODE_SIZE];
    private long snippetEnd;

    GuestRunner() {
        this(false);
    }

    /** @param translated whether all code is translated before it runs */
    GuestRunner(boolean translated) {
        AddressSpace memory = new AddressSpace("memory", MemoryRegion.ram(ram));
        AddressSpace ports = new AddressSpace("io", MemoryRegion.container("io", 0x1_0000));
        cpu = new Cpu(EnumSet.allOf(Feature.class), new Bus(memory, ports, new ReentrantLock()));
        cpu.system = new Hooks();
        interpreter = translated ? TestEngine.translated(cpu) : TestEngine.of(cpu);
        ram.addListener(interpreter.watchListener());
        pageTables();
        descriptorTables();
        cpu.cr0 = CR0;
        cpu.cr3 = PML4;
        cpu.cr4 = CR4;
        cpu.efer = EFER;
        cpu.cpl = 3;
    }

    private record Bus(AddressSpace memory, AddressSpace ports, ReentrantLock machineLock) implements CpuBus {
        @Override
        public int acknowledgeInterrupt() {
            return -1;
        }

        @Override
        public long virtualNanos() {
            return 0;
        }
    }

    private void pageTables() {
        long base = NativeCpu.SCRATCH & -(1L << 30);
        entry(PML4, 0, PDPT | PRESENT | WRITABLE | USER);
        entry(PDPT, base >> 30, DIRECTORY | PRESENT | WRITABLE | USER);
        map(NativeCpu.SCRATCH, SCRATCH_PHYSICAL, NativeCpu.SCRATCH_SIZE, PAGE, NO_EXECUTE);
        map(NativeCpu.CODE, CODE_PHYSICAL, NativeCpu.CODE_SIZE, CODE_STRIDE, 0);
    }

    /** Both areas lie in one gigabyte; each gets a page table of its own. */
    private void map(long linear, long physical, long size, long stride, long rights) {
        long directoryIndex = linear >> 21 & 511;
        long table = TABLE + (directoryIndex & 7) * PAGE;
        entry(DIRECTORY, directoryIndex, table | PRESENT | WRITABLE | USER);
        for (long at = 0; at < size; at += PAGE) {
            entry(table, linear + at >> 12 & 511, physical + at / PAGE * stride | PRESENT | WRITABLE | USER | rights);
        }
    }

    /** Descriptors where and as Linux has them; the pages are the supervisor's. */
    private void descriptorTables() {
        entry(PML4, SYSTEM >> 39 & 511, SYSTEM_TABLES | PRESENT | WRITABLE);
        entry(SYSTEM_TABLES, SYSTEM >> 30 & 511, SYSTEM_TABLES + PAGE | PRESENT | WRITABLE);
        entry(SYSTEM_TABLES + PAGE, SYSTEM >> 21 & 511, SYSTEM_TABLES + 2 * PAGE | PRESENT | WRITABLE);
        entry(SYSTEM_TABLES + 2 * PAGE, SYSTEM >> 12 & 511, DESCRIPTORS_PHYSICAL | PRESENT | WRITABLE);
        long flat = 0xFFFFF;
        int[] kernel = {0, 0xC09B, 0xA09B, 0xC093, CODE32_ATTR, DATA32_ATTR, CODE64_ATTR};
        for (int i = 1; i < kernel.length; i++) {
            ram.set(DESCRIPTORS_PHYSICAL + 8L * i, 8, descriptor(0, flat, kernel[i]));
        }
        ram.set(DESCRIPTORS_PHYSICAL + 0x40, 8, descriptor(0x3000, 0x206F, 0x008B));
        ram.set(DESCRIPTORS_PHYSICAL + 0x50, 8, descriptor(0, LDT_LIMIT, 0x0082));
        ram.set(DESCRIPTORS_PHYSICAL + LDT, 8, descriptor(NativeCpu.CODE, NativeCpu.CODE_SIZE - 1, CODE16_ATTR));
        ram.set(
                DESCRIPTORS_PHYSICAL + LDT + 8,
                8,
                descriptor(NativeCpu.SCRATCH, NativeCpu.SCRATCH_SIZE - 1, DATA16_ATTR));
        cpu.gdtBase = SYSTEM;
        cpu.gdtLimit = GDT_LIMIT;
        segment(CpuState.LDTR, 0x50, SYSTEM + LDT, LDT_LIMIT, 0x0082);
    }

    private static long descriptor(long base, long limit, int attributes) {
        return limit & 0xFFFF
                | (base & 0xFF_FFFF) << 16
                | (long) (attributes & 0xF0FF) << 40
                | (limit >> 16 & 0xF) << 48
                | (base >> 24 & 0xFF) << 56;
    }

    private void entry(long table, long index, long value) {
        ram.set(table + 8 * index, 8, value);
    }

    @Override
    public void close() {
        ram.close();
    }

    /** Runs {@code test} block by block, as a guest's code runs; the result is valid until the next call. */
    HostState run(TestCase test, byte[] scratch) {
        prepare(test, scratch);
        try {
            Interpreter.Exit exit = interpreter.run();
            throw new IllegalStateException("left the interpreter: " + exit);
        } catch (Stop _) {
            return collect(test);
        }
    }

    /** The same, instruction by instruction. */
    HostState step(TestCase test, byte[] scratch) {
        prepare(test, scratch);
        try {
            for (int i = 0; i < STEPS_MAX; i++) {
                interpreter.step();
            }
            throw new IllegalStateException("does not end");
        } catch (Stop _) {
            return collect(test);
        }
    }

    private void prepare(TestCase test, byte[] scratch) {
        MemorySegment memory = ram.segment();
        MemorySegment.copy(scratch, 0, memory, ValueLayout.JAVA_BYTE, SCRATCH_PHYSICAL, scratch.length);
        Arrays.fill(code, NativeCpu.FILLER);
        System.arraycopy(test.code, 0, code, (int) (NativeCpu.SNIPPET - NativeCpu.CODE), test.code.length);
        for (int page = 0; page * PAGE < code.length; page++) {
            long physical = CODE_PHYSICAL + page * CODE_STRIDE;
            MemorySegment.copy(code, (int) (page * PAGE), memory, ValueLayout.JAVA_BYTE, physical, (int) PAGE);
            ram.noteWrite(physical, PAGE);
        }
        ram.noteWrite(SCRATCH_PHYSICAL, scratch.length);
        snippetEnd = NativeCpu.SNIPPET + test.code.length;
        segments(test);
        load(test.input);
        cpu.rip = NativeCpu.SNIPPET - cpu.segBase[CpuState.CS];
        cpu.halted = false;
        cpu.interruptShadow = false;
        cpu.attention = true;
        cpu.modeChanged();
        cpu.flushTlb(false);
    }

    private void segments(TestCase test) {
        switch (test.mode) {
            case BITS64 -> {
                segment(CpuState.CS, Trampoline.CODE64, 0, 0xFFFF_FFFFL, CODE64_ATTR);
                segment(CpuState.SS, Trampoline.DATA, 0, 0xFFFF_FFFFL, DATA32_ATTR);
                segment(CpuState.DS, 0, 0, 0, 0);
                segment(CpuState.ES, 0, 0, 0, 0);
            }
            case BITS32 -> {
                segment(CpuState.CS, Trampoline.CODE32, 0, 0xFFFF_FFFFL, CODE32_ATTR);
                for (int data : new int[] {CpuState.SS, CpuState.DS, CpuState.ES}) {
                    segment(data, Trampoline.DATA, 0, 0xFFFF_FFFFL, DATA32_ATTR);
                }
            }
            case BITS16 -> {
                segment(CpuState.CS, Trampoline.LDT_CODE16, NativeCpu.CODE, NativeCpu.CODE_SIZE - 1, CODE16_ATTR);
                for (int data : new int[] {CpuState.SS, CpuState.DS, CpuState.ES}) {
                    segment(data, Trampoline.LDT_DATA16, NativeCpu.SCRATCH, NativeCpu.SCRATCH_SIZE - 1, DATA16_ATTR);
                }
            }
        }
        segment(CpuState.FS, 0, 0, 0, 0);
        segment(CpuState.GS, 0, test.input.gsBase, 0, 0);
    }

    private void segment(int index, int selector, long base, long limit, int attributes) {
        cpu.selector[index] = selector;
        cpu.segBase[index] = base;
        cpu.segLimit[index] = limit;
        cpu.segAttr[index] = attributes;
    }

    private void load(HostState s) {
        System.arraycopy(s.r, 0, cpu.r, 0, 16);
        System.arraycopy(s.xmm, 0, cpu.xmm, 0, 32);
        LazyFlags.setRflags(cpu, s.flags & HostState.FLAGS_MASK | LazyFlags.IF | 2);
        cpu.mxcsr = s.mxcsr;
        cpu.fpControl = s.fpControl;
        cpu.fpTop = s.fpTop();
        cpu.fpStatus = s.fpStatus & ~0x3800;
        cpu.fpEmpty = ~s.fpTag & 0xFF;
        for (int i = 0; i < 8; i++) {
            int physical = cpu.fpTop + i & 7;
            cpu.fpMantissa[physical] = s.stMantissa[i];
            cpu.fpExponent[physical] = (short) s.stExponent[i];
        }
    }

    private HostState collect(TestCase test) {
        HostState s = outcome;
        boolean wide = test.mode == Mode.BITS64;
        for (int i = 0; i < 16; i++) {
            s.r[i] = wide ? cpu.r[i] : i < 8 ? cpu.r[i] & 0xFFFF_FFFFL : 0;
        }
        System.arraycopy(cpu.xmm, 0, s.xmm, 0, 32);
        s.flags = LazyFlags.rflags(cpu) & HostState.FLAGS_MASK;
        s.ds = cpu.selector[CpuState.DS];
        s.es = cpu.selector[CpuState.ES];
        s.cs = cpu.selector[CpuState.CS];
        s.mxcsr = cpu.mxcsr;
        s.fpControl = cpu.fpControl;
        s.fpStatus = cpu.fpStatus & 0xFFFF | cpu.fpTop << 11;
        s.fpTag = ~cpu.fpEmpty & 0xFF;
        for (int i = 0; i < 8; i++) {
            int physical = cpu.fpTop + i & 7;
            s.stMantissa[i] = cpu.fpMantissa[physical];
            s.stExponent[i] = cpu.fpExponent[physical] & 0xFFFF;
        }
        MemorySegment.copy(ram.segment(), ValueLayout.JAVA_BYTE, SCRATCH_PHYSICAL, after, 0, after.length);
        return s;
    }

    /** Nothing is delivered: the first fault ends the run. */
    private final class Hooks implements SystemHooks {
        @Override
        public void deliverFault(Cpu faulting, GuestFault fault) {
            long rip = faulting.rip + faulting.segBase[CpuState.CS];
            boolean landed = rip < NativeCpu.SNIPPET || rip >= snippetEnd;
            boolean stopped = landed && isOurStop(fault, rip);
            outcome.vector = stopped ? HostState.NO_FAULT : fault.vector;
            outcome.errorCode = stopped ? 0 : fault.errorCode;
            outcome.faultAddress = stopped ? 0 : fault.address;
            outcome.rip = rip;
            throw stop;
        }

        /** HLT in user mode where no snippet is, or no code there at all. */
        private boolean isOurStop(GuestFault fault, long rip) {
            boolean inCode = rip >= NativeCpu.CODE && rip < NativeCpu.CODE + NativeCpu.CODE_SIZE;
            boolean fetch = fault.vector == PAGE_FAULT && (fault.errorCode & FETCH) != 0 && fault.address == rip;
            return fetch || inCode && (fault.vector == GuestFault.GP || fault.vector == GuestFault.UD);
        }

        @Override
        public void serviceRequests(Cpu requested) {}

        @Override
        public void afterStep(Cpu stepped, boolean trapFlagWasSet) {}

        @Override
        public boolean wakesFromHalt(Cpu halted) {
            return false;
        }

        @Override
        public void checkPort(Cpu asking, int port, int size) {
            throw GuestFault.gp(0);
        }
    }
}
