package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.SS;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;

/** Instructions that move segment registers (SDM vol. 2: MOV, PUSH, POP, LDS/LES/LFS/LGS/LSS; RDFSBASE and sisters). */
public final class SegmentOps {
    private SegmentOps() {}

    public static void movFromSegment(Cpu cpu, Insn insn) {
        int register = insn.reg & 7; // REX.R does not count
        if (register > GS) {
            throw GuestFault.ud();
        }
        int selector = cpu.selector[register];
        if (insn.isMemory()) {
            cpu.store(insn, 2, selector);
        } else {
            cpu.setReg(insn, insn.rm, insn.operandSize, selector);
        }
    }

    public static void movToSegment(Cpu cpu, Insn insn) {
        int register = insn.reg & 7;
        if (register > GS || register == CS) {
            throw GuestFault.ud();
        }
        Segments.load(cpu, register, (int) cpu.readRm(insn, 2));
        shadow(cpu, register);
    }

    /** PUSH of a segment register. */
    static Handler push(int register) {
        return (cpu, insn) -> {
            Stack stack = Stack.current(cpu, 0);
            stack.push(cpu.selector[register], insn.operandSize);
            stack.commit();
        };
    }

    /** POP of a segment register. */
    static Handler pop(int register) {
        return (cpu, insn) -> {
            Stack stack = Stack.current(cpu, 0);
            int selector = (int) stack.pop(insn.operandSize) & 0xFFFF;
            Segments.load(cpu, register, selector);
            stack.commit();
            shadow(cpu, register);
        };
    }

    private static void shadow(Cpu cpu, int register) {
        if (register == SS) {
            cpu.interruptShadow = true;
            cpu.attention = true;
        }
    }

    /** LDS, LES, LFS, LGS, LSS: a far pointer into a segment and a general register. */
    static Handler loadPointer(int register) {
        return (cpu, insn) -> {
            int size = insn.operandSize;
            long linear = insn.linearAddress(cpu, size + 2, false);
            long offset = cpu.mmu.load(linear, size);
            Segments.load(cpu, register, cpu.mmu.load16(linear + size));
            cpu.setReg(insn, insn.reg, size, offset);
        };
    }

    /** RDFSBASE and RDGSBASE. */
    static Handler readBase(int register) {
        return (cpu, insn) -> {
            checkBaseAccess(cpu);
            cpu.setReg(insn, insn.rm, insn.operandSize, cpu.segBase[register]);
        };
    }

    /** WRFSBASE and WRGSBASE. */
    static Handler writeBase(int register) {
        return (cpu, insn) -> {
            checkBaseAccess(cpu);
            long base = cpu.reg(insn, insn.rm, insn.operandSize);
            if (!Mode.isCanonical(base)) {
                throw GuestFault.gp(0);
            }
            cpu.segBase[register] = base;
        };
    }

    private static void checkBaseAccess(Cpu cpu) {
        if ((cpu.cr4 & ControlBits.CR4_FSGSBASE) == 0) {
            throw GuestFault.ud();
        }
    }
}
