package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.RCX;
import static org.margay.cpu.internal.CpuState.RDX;
import static org.margay.cpu.internal.CpuState.RSP;
import static org.margay.cpu.internal.CpuState.SS;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * SYSCALL, SYSRET, SYSENTER and SYSEXIT (SDM vol. 3, 5.8.7-5.8.8; AMD APM vol. 2, 6.1). Which of them exist outside
 * their home mode differs by vendor; the model's vendor decides.
 */
public final class Syscalls {
    private static final int R11 = 11;

    /** Flat, present, accessed segments of level 0; add {@link #USER}. */
    private static final int CODE64 = 0xA09B, CODE32 = 0xC09B, DATA = 0xC093;

    private static final int USER = 3 << 5;

    private Syscalls() {}

    public static void syscall(Cpu cpu, Insn insn) {
        boolean legacyWay = !insn.longMode && SystemUnit.of(cpu).model().isIntel();
        if ((cpu.efer & ControlBits.EFER_SCE) == 0 || !Mode.isProtected(cpu) || legacyWay) {
            throw GuestFault.ud();
        }
        int selector = (int) (cpu.star >>> 32) & 0xFFFC;
        cpu.r[RCX] = cpu.rip;
        long flags = LazyFlags.rflags(cpu);
        if (Mode.isLong(cpu)) {
            cpu.r[R11] = flags & ~Rflags.RF;
            cpu.rip = insn.longMode ? cpu.lstar : cpu.cstar;
            FlagOps.set(cpu, flags & ~(cpu.sfmask | Rflags.RF) | Rflags.FIXED);
            enter(cpu, selector, selector + 8, CODE64);
        } else {
            cpu.rip = cpu.star & 0xFFFF_FFFFL;
            FlagOps.set(cpu, flags & ~(Rflags.VM | Rflags.IF | Rflags.RF));
            enter(cpu, selector, selector + 8, CODE32);
        }
    }

    public static void sysret(Cpu cpu, Insn insn) {
        boolean legacyWay = !insn.longMode && SystemUnit.of(cpu).model().isIntel();
        if ((cpu.efer & ControlBits.EFER_SCE) == 0 || !Mode.isProtected(cpu) || legacyWay) {
            throw GuestFault.ud();
        }
        if (cpu.cpl != 0) {
            throw GuestFault.gp(0);
        }
        int selector = (int) (cpu.star >>> 48) & 0xFFFC;
        boolean to64 = insn.operandSize == 8;
        long target = to64 ? cpu.r[RCX] : cpu.r[RCX] & 0xFFFF_FFFFL;
        if (!Mode.isCanonical(target)) {
            throw GuestFault.gp(0);
        }
        if (Mode.isLong(cpu)) {
            long kept = Rflags.RF | Rflags.VM;
            FlagOps.set(cpu, cpu.r[R11] & Rflags.ALL & ~kept | Rflags.FIXED);
        } else {
            FlagOps.set(cpu, LazyFlags.rflags(cpu) | Rflags.IF);
        }
        cpu.rip = target;
        leave(cpu, to64 ? selector + 16 : selector, selector + 8, to64);
    }

    public static void sysenter(Cpu cpu, Insn insn) {
        checkSysenter(cpu);
        boolean to64 = Mode.isLong(cpu);
        int selector = (int) cpu.sysenterCs & 0xFFFC;
        FlagOps.set(cpu, LazyFlags.rflags(cpu) & ~(Rflags.VM | Rflags.IF | Rflags.RF));
        cpu.rip = to64 ? cpu.sysenterEip : cpu.sysenterEip & 0xFFFF_FFFFL;
        cpu.r[RSP] = to64 ? cpu.sysenterEsp : cpu.sysenterEsp & 0xFFFF_FFFFL;
        enter(cpu, selector, selector + 8, to64 ? CODE64 : CODE32);
    }

    public static void sysexit(Cpu cpu, Insn insn) {
        checkSysenter(cpu);
        if (cpu.cpl != 0) {
            throw GuestFault.gp(0);
        }
        int selector = (int) cpu.sysenterCs & 0xFFFC;
        boolean to64 = insn.operandSize == 8;
        long target = cpu.r[RDX];
        long stack = cpu.r[RCX];
        if (to64 && !(Mode.isCanonical(target) && Mode.isCanonical(stack))) {
            throw GuestFault.gp(0);
        }
        cpu.rip = to64 ? target : target & 0xFFFF_FFFFL;
        cpu.r[RSP] = to64 ? stack : stack & 0xFFFF_FFFFL;
        int code = selector + (to64 ? 32 : 16);
        leave(cpu, code, code + 8, to64);
    }

    private static void checkSysenter(Cpu cpu) {
        if (Mode.isLong(cpu) && !SystemUnit.of(cpu).model().isIntel()) {
            throw GuestFault.ud();
        }
        if (!Mode.isProtected(cpu) || (cpu.sysenterCs & 0xFFFC) == 0) {
            throw GuestFault.gp(0);
        }
    }

    private static void enter(Cpu cpu, int code, int stack, int codeAttributes) {
        setFlat(cpu, code & 0xFFFF, stack & 0xFFFF, codeAttributes, DATA, 0);
    }

    private static void leave(Cpu cpu, int code, int stack, boolean to64) {
        setFlat(cpu, (code | 3) & 0xFFFF, (stack | 3) & 0xFFFF, (to64 ? CODE64 : CODE32) | USER, DATA | USER, 3);
    }

    private static void setFlat(Cpu cpu, int code, int stack, int codeAttributes, int stackAttributes, int privilege) {
        cpu.cpl = privilege;
        setFlat(cpu, CS, code, codeAttributes);
        setFlat(cpu, SS, stack, stackAttributes);
        cpu.modeChanged();
    }

    private static void setFlat(Cpu cpu, int register, int selector, int attributes) {
        cpu.selector[register] = selector;
        cpu.segBase[register] = 0;
        cpu.segLimit[register] = 0xFFFF_FFFFL;
        cpu.segAttr[register] = attributes;
    }

    /** SWAPGS: exchanges GS base with IA32_KERNEL_GS_BASE. */
    public static void swapgs(Cpu cpu, Insn insn) {
        long base = cpu.segBase[GS];
        cpu.segBase[GS] = cpu.kernelGsBase;
        cpu.kernelGsBase = base;
    }
}
