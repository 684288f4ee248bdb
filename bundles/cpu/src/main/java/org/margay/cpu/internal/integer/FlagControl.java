package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Instructions on RFLAGS (SDM vol. 1, 7.3.13). */
final class FlagControl {
    private static final int IOPL_SHIFT = 12;

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

    private static int iopl(Cpu cpu) {
        return (int) cpu.flags >>> IOPL_SHIFT & 3;
    }

    /** RF and VM are pushed as 0. */
    static void pushf(Cpu cpu, Insn insn) {
        long image = LazyFlags.rflags(cpu) & ~(LazyFlags.RF | LazyFlags.VM);
        if (cpu.isVirtual8086() && iopl(cpu) < 3) {
            if ((cpu.cr4 & CR4_VME) == 0 || insn.operandSize != 2) {
                throw GuestFault.gp(0);
            }
            // Virtual interrupts (SDM vol. 3, 21.3): IF's image is VIF, IOPL's is 3.
            image = image & ~LazyFlags.IF | LazyFlags.IOPL | ((cpu.flags & LazyFlags.VIF) != 0 ? LazyFlags.IF : 0);
        }
        cpu.push(image, insn.operandSize);
    }

    private static final long CR4_VME = 1;

    /** What may change depends on CPL and IOPL (SDM vol. 2, POPF). */
    static void popf(Cpu cpu, Insn insn) {
        boolean virtual = cpu.isVirtual8086() && iopl(cpu) < 3;
        if (virtual && ((cpu.cr4 & CR4_VME) == 0 || insn.operandSize != 2)) {
            throw GuestFault.gp(0);
        }
        long image = cpu.peek(0, insn.operandSize);
        long old = LazyFlags.rflags(cpu);
        long mask = LazyFlags.ARITHMETIC | LazyFlags.TF | LazyFlags.DF | LazyFlags.NT;
        if (insn.operandSize > 2) {
            mask |= LazyFlags.AC | LazyFlags.ID;
        }
        if (virtual) {
            boolean pending = (cpu.flags & LazyFlags.VIP) != 0;
            if ((image & LazyFlags.TF) != 0 || pending && (image & LazyFlags.IF) != 0) {
                throw GuestFault.gp(0);
            }
            old = old & ~LazyFlags.VIF | ((image & LazyFlags.IF) != 0 ? LazyFlags.VIF : 0);
        } else {
            if (cpu.cpl <= iopl(cpu)) {
                mask |= LazyFlags.IF;
            }
            if (cpu.cpl == 0) {
                mask |= LazyFlags.IOPL;
            }
        }
        cpu.setStackPointer(cpu.r[Cpu.RSP] + insn.operandSize);
        boolean accessRights = ((image ^ old) & mask & LazyFlags.AC) != 0;
        LazyFlags.setRflags(cpu, (old & ~mask | image & mask) & ~LazyFlags.RF);
        if (accessRights) {
            cpu.modeChanged();
        }
    }
}
