package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Instructions on RFLAGS (SDM vol. 1, 7.3.13). */
final class FlagControl {
    private FlagControl() {}

    static void clc(Cpu cpu, Insn insn) {
        LazyFlags.update(cpu, LazyFlags.CF, 0);
    }

    static void stc(Cpu cpu, Insn insn) {
        LazyFlags.update(cpu, LazyFlags.CF, LazyFlags.CF);
    }

    static void cmc(Cpu cpu, Insn insn) {
        LazyFlags.update(cpu, LazyFlags.CF, LazyFlags.cf(cpu) ? 0 : LazyFlags.CF);
    }

    static void cld(Cpu cpu, Insn insn) {
        cpu.flags &= ~LazyFlags.DF;
    }

    static void std(Cpu cpu, Insn insn) {
        cpu.flags |= LazyFlags.DF;
    }

    static void lahf(Cpu cpu, Insn insn) {
        int low = (int) LazyFlags.rflags(cpu) & 0xFF;
        cpu.r[Cpu.RAX] = cpu.r[Cpu.RAX] & ~0xFF00L | (long) low << 8;
    }

    static void sahf(Cpu cpu, Insn insn) {
        LazyFlags.update(cpu, LazyFlags.ARITHMETIC & 0xFF, (int) cpu.r[Cpu.RAX] >>> 8);
    }

    static void salc(Cpu cpu, Insn insn) {
        cpu.setReg8(insn, Cpu.RAX, LazyFlags.cf(cpu) ? 0xFF : 0);
    }
}
