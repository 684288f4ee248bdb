package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;

/** REP MOVS and REP STOS in flat modes, as many elements at once as lie in one page of ordinary memory. */
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
                && (cpu.flags & LazyFlags.TF) == 0
                && (insn.longMode
                        || insn.segment == CpuState.DS
                        || insn.segment == CpuState.ES
                        || insn.segment == CpuState.SS);
    }

    private static long linear(Cpu cpu, Insn insn, int register, int segment) {
        long offset = Sizes.zeroExtend(cpu.r[register], insn.addressSize);
        return insn.longMode && segment >= CpuState.FS ? cpu.segBase[segment] + offset : offset;
    }

    /** Elements from an address on that lie in its page, in the direction of the flag. */
    private static long elements(Cpu cpu, long linear, int size) {
        long before = linear & PAGE - 1;
        long after = PAGE - before;
        if (Strings.isDownward(cpu)) {
            return after < size ? 0 : before / size + 1;
        }
        return after / size;
    }

    /** The lowest byte of some elements, of which the first one is given. */
    private static long lowest(Cpu cpu, long first, int elements, int size) {
        return Strings.isDownward(cpu) ? first - (long) (elements - 1) * size : first;
    }

    static int movs(Cpu cpu, Insn insn, int size, long count) {
        long from = linear(cpu, insn, Cpu.RSI, insn.segment);
        long to = linear(cpu, insn, Cpu.RDI, CpuState.ES);
        int elements =
                (int) Math.min(Math.min(elements(cpu, from, size), elements(cpu, to, size)), Math.min(count, PAGE));
        int bytes = elements * size;
        if (elements < 2) {
            return 0;
        }
        long source = cpu.mmu.hostForRead(lowest(cpu, from, elements, size), bytes);
        long target = cpu.mmu.hostForWrite(lowest(cpu, to, elements, size), bytes);
        // A target just behind the source repeats a pattern: element by element.
        if (source == 0 || target == 0 || Math.abs(target - source) < bytes) {
            return 0;
        }
        HostAccess.copy(source, target, bytes);
        Strings.advance(cpu, insn, Cpu.RSI, bytes);
        Strings.advance(cpu, insn, Cpu.RDI, bytes);
        Strings.countDown(cpu, insn, elements);
        return elements;
    }

    static int stos(Cpu cpu, Insn insn, int size, long count) {
        long to = linear(cpu, insn, Cpu.RDI, CpuState.ES);
        int elements = (int) Math.min(elements(cpu, to, size), Math.min(count, PAGE));
        long target = elements < 2 ? 0 : cpu.mmu.hostForWrite(lowest(cpu, to, elements, size), elements * size);
        if (target == 0) {
            return 0;
        }
        HostAccess.fill(target, size, elements, cpu.r[Cpu.RAX]);
        Strings.advance(cpu, insn, Cpu.RDI, (long) elements * size);
        Strings.countDown(cpu, insn, elements);
        return elements;
    }
}
