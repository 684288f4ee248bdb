package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * String instructions (SDM vol. 2, MOVS, CMPS, SCAS, LODS, STOS, INS, OUTS, REP). A repeated one may be interrupted between
 * two elements: registers are up to date and RIP is at the instruction again.
 */
final class Strings {
    /** Elements between two looks for requests. */
    private static final int SLICE = 4096;

    private Strings() {}

    /** One element: moves data and advances the index registers, or faults with nothing changed. */
    @FunctionalInterface
    interface Element {
        void step(Cpu cpu, Insn insn, int size);
    }

    /** REP while rCX is not zero. */
    static Handler repeated(int fixedSize, Element element) {
        return (cpu, insn) -> {
            int size = size(insn, fixedSize);
            if (insn.rep || insn.repne) {
                repeat(cpu, insn, size, element);
            } else {
                element.step(cpu, insn, size);
            }
        };
    }

    /** INS and OUTS: the right to the port is checked once, and also when rCX is zero. */
    static Handler ported(int fixedSize, Element element) {
        Handler repeated = repeated(fixedSize, element);
        return (cpu, insn) -> {
            cpu.system.checkPort(cpu, (int) cpu.r[Cpu.RDX] & 0xFFFF, Math.min(size(insn, fixedSize), 4));
            repeated.execute(cpu, insn);
        };
    }

    /** REPE, REPNE: also while ZF is as the prefix says. */
    static Handler compared(int fixedSize, Element element) {
        return (cpu, insn) -> {
            int size = size(insn, fixedSize);
            if (!insn.rep && !insn.repne) {
                element.step(cpu, insn, size);
                return;
            }
            int done = 0;
            while (count(cpu, insn) != 0) {
                step(cpu, insn, size, element);
                if (LazyFlags.zf(cpu) != insn.rep) {
                    return;
                }
                if (pauses(cpu, insn, ++done)) {
                    return;
                }
            }
        };
    }

    /** REP of an element that can also be done page by page. */
    static Handler bulk(int fixedSize, Element element, BulkStrings.Chunk chunk) {
        return (cpu, insn) -> {
            int size = size(insn, fixedSize);
            if (!insn.rep && !insn.repne) {
                element.step(cpu, insn, size);
                return;
            }
            if (!BulkStrings.applies(cpu, insn)) {
                repeat(cpu, insn, size, element);
                return;
            }
            int done = 0;
            while (count(cpu, insn) != 0) {
                int elements = chunk.run(cpu, insn, size, count(cpu, insn));
                if (elements == 0) {
                    step(cpu, insn, size, element);
                    elements = 1;
                }
                done += elements;
                if (pauses(cpu, insn, done / 16)) {
                    return;
                }
            }
        };
    }

    private static void repeat(Cpu cpu, Insn insn, int size, Element element) {
        int done = 0;
        while (count(cpu, insn) != 0) {
            step(cpu, insn, size, element);
            if (pauses(cpu, insn, ++done)) {
                return;
            }
        }
    }

    private static int size(Insn insn, int fixedSize) {
        return fixedSize == 0 ? insn.operandSize : fixedSize;
    }

    static long count(Cpu cpu, Insn insn) {
        return Sizes.zeroExtend(cpu.r[Cpu.RCX], insn.addressSize);
    }

    private static void step(Cpu cpu, Insn insn, int size, Element element) {
        element.step(cpu, insn, size);
        countDown(cpu, insn, 1);
    }

    static void countDown(Cpu cpu, Insn insn, int elements) {
        cpu.setReg(insn, Cpu.RCX, insn.addressSize, cpu.r[Cpu.RCX] - elements);
    }

    /** Whether to leave now and come back: for requests, for single-stepping, or for having run long. */
    static boolean pauses(Cpu cpu, Insn insn, int done) {
        if ((done >= SLICE || cpu.mustLook() || (cpu.flags & LazyFlags.TF) != 0) && count(cpu, insn) != 0) {
            cpu.rip = insn.rip;
            cpu.unfinished = cpu.counted;
            return true;
        }
        return false;
    }

    static boolean isDownward(Cpu cpu) {
        return (cpu.flags & LazyFlags.DF) != 0;
    }

    /** Adds to rSI or rDI, by direction. */
    static void advance(Cpu cpu, Insn insn, int register, long bytes) {
        long delta = isDownward(cpu) ? -bytes : bytes;
        cpu.setReg(insn, register, insn.addressSize, cpu.r[register] + delta);
    }

    static long source(Cpu cpu, Insn insn, int size) {
        return cpu.linear(insn.segment, Sizes.zeroExtend(cpu.r[Cpu.RSI], insn.addressSize), size, false);
    }

    static long destination(Cpu cpu, Insn insn, int size, boolean write) {
        return cpu.linear(Cpu.ES, Sizes.zeroExtend(cpu.r[Cpu.RDI], insn.addressSize), size, write);
    }

    static void movs(Cpu cpu, Insn insn, int size) {
        long value = cpu.mmu.load(source(cpu, insn, size), size);
        cpu.mmu.store(destination(cpu, insn, size, true), size, value);
        advance(cpu, insn, Cpu.RSI, size);
        advance(cpu, insn, Cpu.RDI, size);
    }

    static void stos(Cpu cpu, Insn insn, int size) {
        cpu.mmu.store(destination(cpu, insn, size, true), size, cpu.r[Cpu.RAX]);
        advance(cpu, insn, Cpu.RDI, size);
    }

    static void lods(Cpu cpu, Insn insn, int size) {
        cpu.setReg(insn, Cpu.RAX, size, cpu.mmu.load(source(cpu, insn, size), size));
        advance(cpu, insn, Cpu.RSI, size);
    }

    static void cmps(Cpu cpu, Insn insn, int size) {
        long a = Sizes.signExtend(cpu.mmu.load(source(cpu, insn, size), size), size);
        long b = Sizes.signExtend(cpu.mmu.load(destination(cpu, insn, size, false), size), size);
        advance(cpu, insn, Cpu.RSI, size);
        advance(cpu, insn, Cpu.RDI, size);
        Arithmetic.cmp(cpu, a, b, size);
    }

    static void scas(Cpu cpu, Insn insn, int size) {
        long b = Sizes.signExtend(cpu.mmu.load(destination(cpu, insn, size, false), size), size);
        advance(cpu, insn, Cpu.RDI, size);
        Arithmetic.cmp(cpu, Sizes.signExtend(cpu.r[Cpu.RAX], size), b, size);
    }

    static void ins(Cpu cpu, Insn insn, int wanted) {
        int size = Math.min(wanted, 4);
        int port = (int) cpu.r[Cpu.RDX] & 0xFFFF;
        long linear = destination(cpu, insn, size, true);
        cpu.mmu.checkWrite(linear, size);
        cpu.mmu.store(linear, size, cpu.readPort(port, size));
        advance(cpu, insn, Cpu.RDI, size);
    }

    static void outs(Cpu cpu, Insn insn, int wanted) {
        int size = Math.min(wanted, 4);
        int port = (int) cpu.r[Cpu.RDX] & 0xFFFF;
        cpu.writePort(port, size, (int) cpu.mmu.load(source(cpu, insn, size), size));
        advance(cpu, insn, Cpu.RSI, size);
    }

    // --- ports without strings ---

    static Handler in(int fixedSize, boolean immediate) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? Math.min(insn.operandSize, 4) : fixedSize;
            int port = immediate ? (int) insn.immediate & 0xFF : (int) cpu.r[Cpu.RDX] & 0xFFFF;
            cpu.system.checkPort(cpu, port, size);
            cpu.setReg(insn, Cpu.RAX, size, cpu.readPort(port, size));
        };
    }

    static Handler out(int fixedSize, boolean immediate) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? Math.min(insn.operandSize, 4) : fixedSize;
            int port = immediate ? (int) insn.immediate & 0xFF : (int) cpu.r[Cpu.RDX] & 0xFFFF;
            cpu.system.checkPort(cpu, port, size);
            cpu.writePort(port, size, (int) cpu.r[Cpu.RAX]);
        };
    }
}
