package org.margay.cpu.internal;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.table.Feature;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

/**
 * A processor in 64-bit mode at CPL 0 with 16 MiB of RAM, its first 2 MiB mapped one to one by pages of 4 KiB. Faults come out
 * as exceptions; {@code HLT} ends a run.
 */
public final class TestCpu implements AutoCloseable {
    public static final long CODE = 0x1_0000, DATA = 0x2_0000, STACK = 0x4_0000;
    public static final long PML4 = 0x1000, PDPT = 0x2000, DIRECTORY = 0x3000, TABLE = 0x4000;

    public final GuestRam ram = GuestRam.allocate("test", 16 << 20);
    public final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("memory", 1L << 40));
    public final Cpu cpu;
    public final Interpreter interpreter;

    public TestCpu() {
        memory.root().add(MemoryRegion.ram(ram), 0);
        AddressSpace ports = new AddressSpace("ports", MemoryRegion.container("ports", 0x1_0000));
        cpu = new Cpu(EnumSet.allOf(Feature.class), new Bus(memory, ports, new ReentrantLock()));
        interpreter = TestEngine.of(cpu);
        ram.addListener(interpreter.watchListener());
        ram.set(PML4, 8, PDPT | 7);
        ram.set(PDPT, 8, DIRECTORY | 7);
        ram.set(DIRECTORY, 8, TABLE | 7);
        for (long page = 0; page < 512; page++) {
            ram.set(TABLE + 8 * page, 8, page << 12 | 7);
        }
        cpu.cr0 = 0x8001_0011L;
        cpu.cr3 = PML4;
        cpu.cr4 = 0x20;
        cpu.efer = 0xD01;
        cpu.segAttr[CpuState.CS] = 0xA09B;
        cpu.segAttr[CpuState.SS] = 0xC093;
        cpu.segAttr[CpuState.DS] = 0xC093;
        cpu.segAttr[CpuState.ES] = 0xC093;
        cpu.r[CpuState.RSP] = STACK;
        cpu.rip = CODE;
        cpu.modeChanged();
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

    /** Puts code at an address of RAM. */
    public TestCpu code(long address, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        ram.copyIn(address, bytes, 0, bytes.length);
        return this;
    }

    /** Runs from an address until HLT. */
    public TestCpu run(long address) {
        cpu.rip = address;
        cpu.halted = false;
        cpu.attention = false;
        interpreter.run();
        return this;
    }

    /** Changes the entry of a page in the first 2 MiB, and forgets its translation. */
    public void map(long page, long entry) {
        ram.set(TABLE + (page >> 12) * 8, 8, entry);
        cpu.invalidatePage(page);
    }

    /** The table entry of a page. */
    public long entry(long page) {
        return ram.getLong(TABLE + (page >> 12) * 8);
    }

    @Override
    public void close() {
        ram.close();
    }
}
