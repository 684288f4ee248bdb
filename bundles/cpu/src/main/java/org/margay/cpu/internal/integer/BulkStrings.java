package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;

/** REP MOVS and REP STOS upwards in flat modes, as many elements at once as lie in one page of ordinary memory. */
final class BulkStrings {
    private static final int PAGE = 4096;

    private BulkStrings() {}

    /** Does some elements and advances the registers; 0 when the next one has to be done by itself. */
    @FunctionalInterface
    interface Chunk {
        int run(Cpu cpu, Insn insn, int size, long count);
    }

    static boolean applies(Cpu cpu, Insn insn) {
        return insn.flat
                && insn.addressSize != 2
                && !cpu.mmu.checksAlignment()
                && (cpu.flags & (LazyFlags.DF | LazyFlags.TF)) == 0
                && (insn.longMode
                        || insn.segment == CpuState.DS
                        || insn.segment == CpuState.ES
                        || insn.segment == CpuState.SS);
    }

    private static long linear(Cpu cpu, Insn insn, int register, int segment) {
        long offset = Sizes.zeroExtend(cpu.r[register], insn.addressSize);
        return insn.longMode && segment >= CpuState.FS ? cpu.segBase[segment] + offset : offset;
    }

    /** Elements up to the end of an address's page. */
    private static long elements(long linear, int size) {
        return (PAGE - (linear & PAGE - 1)) / size;
    }

    private static void advance(Cpu cpu, Insn insn, int register, long by) {
        cpu.setReg(insn, register, insn.addressSize, cpu.r[register] + by);
    }

    static int movs(Cpu cpu, Insn insn, int size, long count) {
        long from = linear(cpu, insn, Cpu.RSI, insn.segment);
        long to = linear(cpu, insn, Cpu.RDI, CpuState.ES);
        int elements = (int) Math.min(Math.min(elements(from, size), elements(to, size)), Math.min(count, PAGE));
        int bytes = elements * size;
        if (elements < 2) {
            return 0;
        }
        long source = cpu.mmu.hostForRead(from, bytes);
        long target = cpu.mmu.hostForWrite(to, bytes);
        // A target just above the source repeats a pattern: element by element.
        if (source == 0 || target == 0 || Math.abs(target - source) < bytes) {
            return 0;
        }
        HostAccess.copy(source, target, bytes);
        advance(cpu, insn, Cpu.RSI, bytes);
        advance(cpu, insn, Cpu.RDI, bytes);
        advance(cpu, insn, Cpu.RCX, -elements);
        return elements;
    }

    static int stos(Cpu cpu, Insn insn, int size, long count) {
        long to = linear(cpu, insn, Cpu.RDI, CpuState.ES);
        int elements = (int) Math.min(elements(to, size), Math.min(count, PAGE));
        long target = elements < 2 ? 0 : cpu.mmu.hostForWrite(to, elements * size);
        if (target == 0) {
            return 0;
        }
        HostAccess.fill(target, size, elements, cpu.r[Cpu.RAX]);
        advance(cpu, insn, Cpu.RDI, (long) elements * size);
        advance(cpu, insn, Cpu.RCX, -elements);
        return elements;
    }
}
