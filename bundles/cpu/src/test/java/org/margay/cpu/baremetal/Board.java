package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Pace;
import org.margay.cpu.internal.TestEngine;
import org.margay.cpu.internal.apic.ApicNetwork;
import org.margay.cpu.internal.interp.CodeSharing;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.cpu.internal.system.SystemUnit;
import org.margay.machine.debug.DebugStops;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.testkit.BenchMachine;

/** A processor with memory and nothing else. Ports read as all ones. */
final class Board implements AutoCloseable {
    private static final long RAM_SIZE = 4 << 20;
    private static final int STEPS_MAX = 1_000_000;

    private final BenchMachine machine;
    final GuestRam ram;
    final Cpu cpu;

    /** What the external interrupt controller answers, or -1. */
    private int pendingVector = -1;

    private final SystemUnit system;
    private final Engine engine;
    private final Interpreter interpreter;
    private final CodeSharing sharing;
    private final ApicNetwork network;

    Board(Engine engine) {
        this(engine, 0, new BenchMachine(), GuestRam.allocate("board", RAM_SIZE), new CodeSharing(), new ApicNetwork());
        machine.memoryRoot().add(MemoryRegion.ram(ram), 0);
    }

    private Board(
            Engine engine, int index, BenchMachine machine, GuestRam ram, CodeSharing sharing, ApicNetwork network) {
        this.engine = engine;
        this.machine = machine;
        this.ram = ram;
        this.sharing = sharing;
        this.network = network;
        CpuModel model = CpuModel.standard();
        cpu = new Cpu(model.features(), new Bus());
        cpu.watchCode = GuestRam.watchCode(index);
        system = new SystemUnit(cpu, model, index, machine.virtualClock(), machine.memoryRoot(), network);
        interpreter = switch (engine) {
            case TRANSLATED -> TestEngine.translated(cpu);
            case TRANSLATED_AND_COUNTED -> TestEngine.translatedAndCounted(cpu);
            case BLOCKS, SINGLE_STEPS -> TestEngine.of(cpu);
        };
        interpreter.share(sharing);
        ram.addListener(interpreter.watchListener());
        real(0, 0);
    }

    /** Another processor on the same memory; it is closed with this board. */
    Board processor(int index) {
        return new Board(engine, index, machine, ram, sharing, network);
    }

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
            int vector = pendingVector;
            pendingVector = -1;
            setIntr(false);
            return vector;
        }

        @Override
        public long virtualNanos() {
            return cpu.counted ? cpu.instructions : machine.virtualClock().nanos();
        }
    }

    @Override
    public void close() {
        machine.close();
        ram.close();
    }

    /** An interrupt request of the external controller, to be taken when IF allows. */
    void interrupt(int vector) {
        pendingVector = vector;
        setIntr(true);
    }

    /** The wire from the controller to LINT0. */
    private void setIntr(boolean high) {
        machine.lock().lock();
        try {
            system.apic().setLint0(high);
        } finally {
            machine.lock().unlock();
        }
    }

    /** Virtual time is the number of instructions from now on. */
    void countFor(Pace pace) {
        interpreter.countFor(pace);
    }

    /** Runs until {@link Cpu#REQUEST_EXIT}, or to HLT. */
    Interpreter.Exit runOn() {
        cpu.halted = false;
        cpu.attention = true;
        cpu.modeChanged();
        return interpreter.run();
    }

    /** Real mode at CS:IP, data and stack segments 0, SP at 7000h. */
    void real(int codeSegment, int ip) {
        for (int segment = CpuState.ES; segment <= CpuState.GS; segment++) {
            segment(segment, 0, 0, 0xFFFF, 0x93);
        }
        segment(CpuState.CS, codeSegment, (long) codeSegment << 4, 0xFFFF, 0x93);
        cpu.r[CpuState.RSP] = 0x7000;
        cpu.rip = ip;
        cpu.idtBase = 0;
        cpu.idtLimit = 0x3FF;
        cpu.cr0 = 0x10;
        cpu.cpl = 0;
        cpu.modeChanged();
    }

    /** @param attributes descriptor bytes 5 and 6, as {@link CpuState#segAttr} has them */
    void segment(int index, int selector, long base, long limit, int attributes) {
        cpu.selector[index] = selector;
        cpu.segBase[index] = base;
        cpu.segLimit[index] = limit;
        cpu.segAttr[index] = attributes;
    }

    /** Puts code where its origin says, relative to {@code base}. */
    void load(long base, Assembler assembler) {
        load(base + assembler.origin(), assembler.assemble());
    }

    void load(long physical, byte[] bytes) {
        ram.copyIn(physical, bytes, 0, bytes.length);
        ram.noteWrite(physical, bytes.length);
    }

    void poke(long physical, int size, long value) {
        ram.set(physical, size, value);
        ram.noteWrite(physical, size);
    }

    long peek(long physical, int size) {
        return ram.get(physical, size);
    }

    /** Runs to HLT with nothing pending. */
    void run() {
        if (engine != Engine.SINGLE_STEPS) {
            assertThat(runOn()).isEqualTo(Interpreter.Exit.HALTED);
            return;
        }
        cpu.halted = false;
        cpu.attention = true;
        cpu.modeChanged();
        for (int i = 0; i < STEPS_MAX; i++) {
            interpreter.step();
            if (cpu.halted) {
                return;
            }
        }
        throw new AssertionError("does not halt; at %x".formatted(cpu.rip));
    }

    /** Runs one instruction. */
    void step() {
        interpreter.step();
    }

    /** What a debugger outside of the guest waits for from now on. */
    void stopAt(DebugStops stops) {
        cpu.outside.set(stops);
        interpreter.forgetCode();
        cpu.flushTlb(false);
    }

    int eax() {
        return (int) cpu.r[CpuState.RAX];
    }

    int ax() {
        return eax() & 0xFFFF;
    }
}
