package org.margay.cpu.internal.fp;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.TestEngine;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.table.Feature;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

/** A processor with every feature in flat 16-bit real mode, SSE allowed, faults coming out as exceptions. */
public final class FloatBench implements AutoCloseable {
    public static final int CODE = 0x1000, DATA = 0x2000;
    public static final long CR0_MP = 2, CR0_EM = 4, CR0_TS = 8, CR0_NE = 0x20;
    public static final long CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10;

    private final GuestRam ram = GuestRam.allocate("float", 1 << 16);
    public final Cpu cpu;
    private final Interpreter interpreter;
    private int floatErrors;

    private final class Bus implements CpuBus {
        private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.ram(ram));
        private final AddressSpace ports = new AddressSpace("ports", MemoryRegion.container("ports", 1 << 16));
        private final ReentrantLock lock = new ReentrantLock();

        @Override
        public AddressSpace memory() {
            return memory;
        }

        @Override
        public AddressSpace ports() {
            return ports;
        }

        @Override
        public ReentrantLock machineLock() {
            return lock;
        }

        @Override
        public int acknowledgeInterrupt() {
            return -1;
        }

        @Override
        public long virtualNanos() {
            return 0;
        }

        @Override
        public void floatError() {
            floatErrors++;
        }
    }

    public FloatBench() {
        cpu = new Cpu(EnumSet.allOf(Feature.class), new Bus());
        for (int i = 0; i < 6; i++) {
            cpu.segLimit[i] = 0xFFFF;
            cpu.segAttr[i] = i == CpuState.CS ? 0x9B : 0x93;
        }
        cpu.cr0 = CR0_NE;
        cpu.cr4 = CR4_OSFXSR | CR4_OSXMMEXCPT;
        cpu.modeChanged();
        interpreter = TestEngine.of(cpu);
        ram.addListener(interpreter.watchListener());
    }

    /** Runs the one instruction. RIP is behind it, or on it when it faults. */
    public void execute(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        ram.copyIn(CODE, bytes, 0, bytes.length);
        cpu.rip = CODE;
        interpreter.step();
    }

    public void put(int address, int size, long value) {
        ram.set(address, size, value);
    }

    public long get(int address, int size) {
        return ram.get(address, size);
    }

    /** How often FERR# was asserted. */
    public int floatErrors() {
        return floatErrors;
    }

    @Override
    public void close() {
        ram.close();
    }
}
