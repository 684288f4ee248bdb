package org.margay.cpu.internal.system;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * Instructions on flags that depend on privilege: PUSHF, POPF, CLI, STI (SDM vol. 2; vol. 3, 20.2.2, 20.3 and 20.4 for
 * VME and PVI).
 */
public final class FlagOps {
    /** What software may change in real mode. */
    static final long REAL_POPPABLE =
            Rflags.ARITHMETIC | Rflags.TF | Rflags.IF | Rflags.DF | Rflags.IOPL | Rflags.NT | Rflags.AC | Rflags.ID;

    private FlagOps() {}

    /** Flags that POPF and IRET may change in protected mode at the current privilege. */
    static long poppable(Cpu cpu) {
        long writable = REAL_POPPABLE;
        if (cpu.cpl != 0) {
            writable &= ~Rflags.IOPL;
        }
        if (cpu.cpl > Rflags.iopl(cpu.flags)) {
            writable &= ~Rflags.IF;
        }
        return writable;
    }

    /** Sets all of RFLAGS. */
    static void set(Cpu cpu, long flags) {
        LazyFlags.setRflags(cpu, flags);
        if ((flags & Rflags.TF) != 0) {
            cpu.attention = true;
        }
    }

    /** Changes the writable flags among the low 16 (size 2) or all. */
    static void merge(Cpu cpu, long value, int size, long writable) {
        long mask = size == 2 ? writable & 0xFFFF : writable;
        if (!DebugUnit.isArmed(cpu)) {
            // Without breakpoints RF can't be seen to work, and the fast path need not clear it after each instruction.
            mask &= ~Rflags.RF;
        }
        long before = LazyFlags.rflags(cpu);
        FlagOps.set(cpu, before & ~mask | value & mask);
        if (((before ^ value) & mask & Rflags.AC) != 0) {
            cpu.modeChanged();
        }
    }

    public static void pushf(Cpu cpu, Insn insn) {
        long image = LazyFlags.rflags(cpu) & ~(Rflags.VM | Rflags.RF);
        if (isVirtualized(cpu)) {
            if (insn.operandSize != 2 || (cpu.cr4 & ControlBits.CR4_VME) == 0) {
                throw GuestFault.gp(0);
            }
            image = virtualImage(cpu);
        }
        cpu.push(image, insn.operandSize);
    }

    public static void popf(Cpu cpu, Insn insn) {
        long value = cpu.peek(0, insn.operandSize);
        if (isVirtualized(cpu)) {
            if (insn.operandSize != 2 || (cpu.cr4 & ControlBits.CR4_VME) == 0) {
                throw GuestFault.gp(0);
            }
            checkVirtualInterruptFlag(cpu, value);
            cpu.setStackPointer(cpu.r[Cpu.RSP] + 2);
            mergeVirtual(cpu, value);
            return;
        }
        long writable;
        if (!Mode.isProtected(cpu)) {
            writable = REAL_POPPABLE;
        } else if (Mode.isVirtual(cpu)) {
            writable = REAL_POPPABLE & ~Rflags.IOPL;
        } else {
            writable = poppable(cpu);
        }
        cpu.setStackPointer(cpu.r[Cpu.RSP] + insn.operandSize);
        merge(cpu, value, insn.operandSize, writable);
    }

    public static void cli(Cpu cpu, Insn insn) {
        if (mayChangeInterruptFlag(cpu)) {
            cpu.flags &= ~Rflags.IF;
        } else if (hasVirtualInterruptFlag(cpu)) {
            cpu.flags &= ~Rflags.VIF;
        } else {
            throw GuestFault.gp(0);
        }
    }

    public static void sti(Cpu cpu, Insn insn) {
        if (mayChangeInterruptFlag(cpu)) {
            if ((cpu.flags & Rflags.IF) == 0) {
                cpu.flags |= Rflags.IF;
                cpu.interruptShadow = true;
                cpu.attention = true;
            }
        } else if (hasVirtualInterruptFlag(cpu) && (cpu.flags & Rflags.VIP) == 0) {
            cpu.flags |= Rflags.VIF;
        } else {
            throw GuestFault.gp(0);
        }
    }

    public static void clac(Cpu cpu, Insn insn) {
        cpu.flags &= ~Rflags.AC;
        cpu.modeChanged();
    }

    public static void stac(Cpu cpu, Insn insn) {
        cpu.flags |= Rflags.AC;
        cpu.modeChanged();
    }

    private static boolean mayChangeInterruptFlag(Cpu cpu) {
        return !Mode.isProtected(cpu) || cpu.cpl <= Rflags.iopl(cpu.flags);
    }

    private static boolean hasVirtualInterruptFlag(Cpu cpu) {
        long needed = Mode.isVirtual(cpu) ? ControlBits.CR4_VME : ControlBits.CR4_PVI;
        return cpu.cpl == 3 && (cpu.cr4 & needed) != 0;
    }

    /** Virtual-8086 mode with IOPL below 3. */
    private static boolean isVirtualized(Cpu cpu) {
        return Mode.isVirtual(cpu) && Rflags.iopl(cpu.flags) < 3;
    }

    /** FLAGS as a virtual-8086 program with IOPL below 3 sees them: VIF in the place of IF, IOPL 3. */
    static long virtualImage(Cpu cpu) {
        long flags = LazyFlags.rflags(cpu);
        long interrupt = (flags & Rflags.VIF) != 0 ? Rflags.IF : 0;
        return flags & 0xFFFF & ~Rflags.IF | interrupt | Rflags.IOPL;
    }

    /** FLAGS popped by such a program may not turn on interrupts while one is pending, nor single steps. */
    static void checkVirtualInterruptFlag(Cpu cpu, long value) {
        boolean unmasks = (value & Rflags.IF) != 0 && (cpu.flags & Rflags.VIP) != 0;
        if (unmasks || (value & Rflags.TF) != 0) {
            throw GuestFault.gp(0);
        }
    }

    /** Sets FLAGS as {@link #virtualImage} shows them. */
    static void mergeVirtual(Cpu cpu, long value) {
        long writable = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT;
        long virtual = (value & Rflags.IF) != 0 ? Rflags.VIF : 0;
        FlagOps.set(cpu, LazyFlags.rflags(cpu) & ~(writable | Rflags.VIF) | value & writable | virtual);
    }
}
