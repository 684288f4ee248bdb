package org.margay.cpu.internal.system;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.TestEngine;
import org.margay.cpu.internal.apic.ApicNetwork;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.testkit.BenchMachine;

/** A processor with 8 MiB of memory, tables at fixed places, and code given as hex bytes. */
final class SystemBench implements AutoCloseable {
    static final int GDT = 0x1000,
            IDT = 0x2000,
            LDT = 0x3000,
            TSS = 0x4000,
            STACK0 = 0x8000,
            STACK = 0x9000,
            CODE = 0x1_0000;

    /** Where handlers of vectors are: 0x100 bytes a vector. */
    static final int HANDLERS = 0x2_0000;

    private static final int PAGES = 0x10_0000;

    // Selectors of the GDT that protectedMode() and longMode() make.
    static final int CODE0 = 0x08, DATA0 = 0x10, CODE3 = 0x1B, DATA3 = 0x23, TASK = 0x28, LOCAL = 0x38, FREE = 0x48;

    private final BenchMachine machine = new BenchMachine();
    private final GuestRam ram = GuestRam.allocate("system", 8 << 20);
    final Cpu cpu;
    final SystemUnit unit;
    final Interpreter interpreter;
    final Deque<Integer> controller = new ArrayDeque<>();

    private final class Bus implements CpuBus {
        @Override
        public AddressSpace memory() {
            return machine.memory();
        }

        @Override
        public AddressSpace ports() {
            return machine.ports();
        }

        @Override
        public ReentrantLock machineLock() {
            return machine.lock();
        }

        @Override
        public int acknowledgeInterrupt() {
            return controller.isEmpty() ? -1 : controller.poll();
        }

        @Override
        public long virtualNanos() {
            return machine.virtualClock().nanos();
        }
    }

    SystemBench() {
        this(CpuModel.standard());
    }

    SystemBench(CpuModel model) {
        machine.memoryRoot().add(MemoryRegion.ram(ram), 0);
        cpu = new Cpu(model.features(), new Bus());
        unit = new SystemUnit(cpu, model, 0, machine.virtualClock(), machine.memoryRoot(), new ApicNetwork());
        interpreter = TestEngine.of(cpu);
        ram.addListener(interpreter.watchListener());
    }

    BenchMachine machine() {
        return machine;
    }

    void put(long address, int size, long value) {
        ram.set(address, size, value);
    }

    long get(long address, int size) {
        return ram.get(address, size);
    }

    /** Bytes as hex digits, blanks ignored. */
    void code(long address, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        ram.copyIn(address, bytes, 0, bytes.length);
    }

    /** Runs some instructions. */
    void steps(int count) {
        for (int i = 0; i < count; i++) {
            interpreter.step();
        }
    }

    /** Puts code at RIP and runs one instruction of it. */
    void execute(String hex) {
        long linear = Mode.is64Bit(cpu) ? cpu.rip : cpu.segBase[CpuState.CS] + cpu.rip;
        code(linear, hex);
        interpreter.step();
    }

    long flags() {
        return LazyFlags.rflags(cpu);
    }

    /** Word, doubleword or quadword at an offset from the top of the stack. */
    long stack(int index, int size) {
        long base = Mode.is64Bit(cpu) ? 0 : cpu.segBase[CpuState.SS];
        return get(base + cpu.r[CpuState.RSP] + (long) index * size, size);
    }

    // --- real mode ---

    /** Flat segments of 64 KiB at 0, code at 0x7000. */
    void realMode() {
        for (int i = 0; i < 6; i++) {
            cpu.selector[i] = 0;
            cpu.segBase[i] = 0;
        }
        cpu.rip = 0x7000;
        cpu.r[CpuState.RSP] = 0x6000;
        cpu.idtBase = 0;
        cpu.idtLimit = 0x3FF;
        cpu.modeChanged();
    }

    // --- descriptors ---

    /** A segment descriptor: attributes as in {@code CpuState.segAttr}, limit in bytes or pages. */
    static long segment(long base, long limit, int attributes) {
        return limit & 0xFFFF
                | (base & 0xFF_FFFF) << 16
                | (long) (attributes & 0xFF) << 40
                | (limit >>> 16 & 0xF) << 48
                | (long) (attributes >>> 12) << 52
                | (base >>> 24 & 0xFF) << 56;
    }

    /** A gate: type with P and DPL as in byte 5. */
    static long gate(int selector, long offset, int type, int parameters) {
        return offset & 0xFFFF
                | (long) selector << 16
                | (long) parameters << 32
                | (long) type << 40
                | (offset >>> 16 & 0xFFFF) << 48;
    }

    void descriptor(int selector, long value) {
        put(GDT + (selector & ~7), 8, value);
    }

    /** Flat 32-bit protected mode at level 0, IDT with 32-bit interrupt gates of DPL 0 for all vectors, 32-bit TSS. */
    void protectedMode() {
        descriptor(CODE0, segment(0, 0xFFFFF, 0xC09B));
        descriptor(DATA0, segment(0, 0xFFFFF, 0xC093));
        descriptor(CODE3, segment(0, 0xFFFFF, 0xC0FB));
        descriptor(DATA3, segment(0, 0xFFFFF, 0xC0F3));
        descriptor(TASK, segment(TSS, 0x67, 0x8B));
        descriptor(LOCAL, segment(LDT, 0xFF, 0x82));
        for (int vector = 0; vector < 64; vector++) {
            put(IDT + 8 * vector, 8, gate(CODE0, HANDLERS + 0x100L * vector, 0x8E, 0));
        }
        put(TSS + 4, 4, STACK0);
        put(TSS + 8, 4, DATA0);
        cpu.cr0 = ControlBits.CR0_PE | ControlBits.CR0_ET;
        common(0x1FF);
        Segments.set(cpu, CpuState.TR, TASK, new Descriptor(get(GDT + TASK, 8)));
        level(0);
    }

    private void common(int idtLimit) {
        cpu.gdtBase = GDT;
        cpu.gdtLimit = 0xFF;
        cpu.idtBase = IDT;
        cpu.idtLimit = idtLimit;
        cpu.rip = CODE;
        cpu.r[CpuState.RSP] = STACK;
        cpu.flushTlb(false);
    }

    /** Flat segments of a level, 0 or 3. */
    void level(int privilege) {
        int code = privilege == 0 ? CODE0 : CODE3;
        int data = privilege == 0 ? DATA0 : DATA3;
        Segments.setCode(cpu, code, new Descriptor(get(GDT + (code & ~7), 8)), privilege);
        for (int register : new int[] {CpuState.ES, CpuState.SS, CpuState.DS}) {
            Segments.set(cpu, register, data, new Descriptor(get(GDT + (data & ~7), 8)));
        }
        cpu.modeChanged();
    }

    /** 64-bit mode at level 0, first GiB mapped one to one for everybody, 64-bit IDT and TSS. */
    void longMode() {
        descriptor(CODE0, segment(0, 0xFFFFF, 0xA09B));
        descriptor(DATA0, segment(0, 0xFFFFF, 0xC093));
        descriptor(CODE3, segment(0, 0xFFFFF, 0xA0FB));
        descriptor(DATA3, segment(0, 0xFFFFF, 0xC0F3));
        descriptor(TASK, segment(TSS, 0x67, 0x8B));
        put(GDT + TASK + 8, 8, 0);
        for (int vector = 0; vector < 64; vector++) {
            put(IDT + 16 * vector, 8, gate(CODE0, HANDLERS + 0x100L * vector, 0x8E, 0));
            put(IDT + 16 * vector + 8, 8, 0);
        }
        put(TSS + 4, 8, STACK0);
        put(PAGES, 8, PAGES + 0x1007);
        put(PAGES + 0x1000, 8, PAGES + 0x2007);
        for (int i = 0; i < 4; i++) {
            put(PAGES + 0x2000 + 8 * i, 8, (long) i << 21 | 0x87);
        }
        cpu.cr3 = PAGES;
        cpu.cr4 = ControlBits.CR4_PAE;
        cpu.efer = ControlBits.EFER_LME | ControlBits.EFER_LMA | ControlBits.EFER_SCE | ControlBits.EFER_NXE;
        cpu.cr0 = ControlBits.CR0_PE | ControlBits.CR0_ET | ControlBits.CR0_PG | ControlBits.CR0_WP;
        common(0x3FF);
        Segments.set(cpu, CpuState.TR, TASK, new Descriptor(get(GDT + TASK, 8)));
        level(0);
    }

    @Override
    public void close() {
        machine.close();
        ram.close();
    }
}
