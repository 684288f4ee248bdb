package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Decimal adjustments (SDM vol. 2, AAA to DAS). */
final class Decimal {
    private Decimal() {}

    private static int al(Cpu cpu) {
        return (int) cpu.r[Cpu.RAX] & 0xFF;
    }

    private static void finish(Cpu cpu, int al, boolean af, boolean cf) {
        LazyFlags.partial(cpu, (byte) al, (af ? LazyFlags.AF : 0) | (cf ? LazyFlags.CF : 0));
    }

    static void daa(Cpu cpu, Insn insn) {
        int old = al(cpu);
        int al = old;
        boolean af = (al & 15) > 9 || LazyFlags.af(cpu);
        boolean cf = old > 0x99 || LazyFlags.cf(cpu);
        if (af) {
            al += 6;
        }
        if (cf) {
            al += 0x60;
        }
        cpu.setReg8(insn, Cpu.RAX, al);
        finish(cpu, al, af, cf);
    }

    static void das(Cpu cpu, Insn insn) {
        int old = al(cpu);
        int al = old;
        boolean af = (al & 15) > 9 || LazyFlags.af(cpu);
        boolean high = old > 0x99 || LazyFlags.cf(cpu);
        boolean cf = high || af && old < 6;
        if (af) {
            al -= 6;
        }
        if (high) {
            al -= 0x60;
        }
        cpu.setReg8(insn, Cpu.RAX, al);
        finish(cpu, al, af, cf);
    }

    static void aaa(Cpu cpu, Insn insn) {
        boolean adjust = (al(cpu) & 15) > 9 || LazyFlags.af(cpu);
        int ax = (int) cpu.r[Cpu.RAX] + (adjust ? 0x106 : 0);
        cpu.setReg16(Cpu.RAX, ax & 0xFF0F);
        finish(cpu, ax & 15, adjust, adjust);
    }

    static void aas(Cpu cpu, Insn insn) {
        boolean adjust = (al(cpu) & 15) > 9 || LazyFlags.af(cpu);
        int ax = (int) cpu.r[Cpu.RAX] - (adjust ? 0x106 : 0);
        cpu.setReg16(Cpu.RAX, ax & 0xFF0F);
        finish(cpu, ax & 15, adjust, adjust);
    }

    static void aam(Cpu cpu, Insn insn) {
        int base = (int) insn.immediate & 0xFF;
        if (base == 0) {
            throw GuestFault.of(GuestFault.DE);
        }
        int al = al(cpu);
        cpu.setReg16(Cpu.RAX, al / base << 8 | al % base);
        finish(cpu, al % base, false, false);
    }

    static void aad(Cpu cpu, Insn insn) {
        int ah = (int) cpu.r[Cpu.RAX] >>> 8 & 0xFF;
        int al = al(cpu) + ah * ((int) insn.immediate & 0xFF) & 0xFF;
        cpu.setReg16(Cpu.RAX, al);
        finish(cpu, al, false, false);
    }
}
