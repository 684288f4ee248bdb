package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.TR;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;

/** What the processor reads from the current TSS outside of task switches (SDM vol. 3, 7.2, 7.7). */
final class TaskState {
    /** Offset of the I/O map base in 32- and 64-bit TSS. */
    private static final int IO_MAP_BASE = 102;

    private static final int IST1 = 36;

    /** Stack for an inner level. */
    record InnerStack(int selector, long pointer) {}

    private TaskState() {}

    private static boolean isWide(Cpu cpu) {
        return (cpu.segAttr[TR] & 8) != 0;
    }

    /** SS and ESP (or SP) for a level 0-2, from a 16- or 32-bit TSS. */
    static InnerStack innerStack(Cpu cpu, int privilege, int external) {
        int size = isWide(cpu) ? 4 : 2;
        int offset = size + 2 * size * privilege;
        checkLimit(cpu, offset + size + 1, external);
        long base = cpu.segBase[TR];
        return new InnerStack(
                (int) cpu.mmu.loadSystem(base + offset + size, 2), cpu.mmu.loadSystem(base + offset, size));
    }

    /** RSP for a level 0-2, from a 64-bit TSS. */
    static long innerStack64(Cpu cpu, int privilege, int external) {
        return stackPointer(cpu, 4 + 8 * privilege, external);
    }

    /** RSP of the interrupt stack table. */
    static long interruptStack(Cpu cpu, int entry, int external) {
        return stackPointer(cpu, IST1 + 8 * (entry - 1), external);
    }

    private static long stackPointer(Cpu cpu, int offset, int external) {
        checkLimit(cpu, offset + 7, external);
        long pointer = cpu.mmu.loadSystem(cpu.segBase[TR] + offset, 8);
        if (!Mode.isCanonical(pointer)) {
            throw GuestFault.of(GuestFault.SS, external);
        }
        return pointer;
    }

    private static void checkLimit(Cpu cpu, int last, int external) {
        if (last > cpu.segLimit[TR]) {
            throw DescriptorTables.fault(GuestFault.TS, cpu.selector[TR], external);
        }
    }

    /**
     * Whether the I/O permission bit map allows all of a port access (SDM vol. 1, 19.5.2). Only a 32- or 64-bit TSS has
     * one.
     *
     * @param size 1, 2 or 4 bytes
     */
    static boolean allowsPorts(Cpu cpu, int port, int size) {
        if (!isWide(cpu) || cpu.segLimit[TR] < IO_MAP_BASE + 1) {
            return false;
        }
        long base = cpu.segBase[TR];
        long offset = cpu.mmu.loadSystem(base + IO_MAP_BASE, 2) + port / 8;
        if (offset + 1 > cpu.segLimit[TR]) {
            return false;
        }
        long bits = cpu.mmu.loadSystem(base + offset, 2) >>> (port & 7);
        return (bits & (1 << size) - 1) == 0;
    }

    /**
     * Whether the redirection bit map sends INT n of virtual-8086 mode to the 8086 program's handler (SDM vol. 3,
     * 20.3.3).
     */
    static boolean redirectsInterrupt(Cpu cpu, int vector) {
        if (!isWide(cpu) || cpu.segLimit[TR] < IO_MAP_BASE + 1) {
            return false;
        }
        long base = cpu.segBase[TR];
        long offset = cpu.mmu.loadSystem(base + IO_MAP_BASE, 2) - 32 + vector / 8;
        if (offset < 0 || offset > cpu.segLimit[TR]) {
            return false;
        }
        return (cpu.mmu.loadSystem(base + offset, 1) >>> (vector & 7) & 1) == 0;
    }
}
