package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.DS;
import static org.margay.cpu.internal.CpuState.ES;
import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.RSP;
import static org.margay.cpu.internal.CpuState.SS;
import static org.margay.cpu.internal.system.DescriptorTables.RPL;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;

/** IRET, IRETD, IRETQ (SDM vol. 2, IRET). */
public final class InterruptReturn {
    private InterruptReturn() {}

    /**
     * Returns from an interrupt handler and lets NMIs in again.
     *
     * @param size operand size in bytes: 2, 4 or 8
     */
    public static void execute(Cpu cpu, int size) {
        if (!Mode.isProtected(cpu)) {
            returnParagraph(cpu, size, FlagOps.REAL_POPPABLE);
        } else if (Mode.isVirtual(cpu)) {
            returnVirtual(cpu, size);
        } else if ((cpu.flags & Rflags.NT) != 0) {
            if (Mode.isLong(cpu)) {
                throw GuestFault.gp(0);
            }
            TaskSwitch.returnToPrevious(cpu);
        } else {
            returnProtected(cpu, size);
        }
        cpu.nmiBlocked = false;
    }

    private static void returnParagraph(Cpu cpu, int size, long writable) {
        Stack stack = Stack.current(cpu, 0);
        long offset = stack.pop(size);
        int selector = (int) stack.pop(size) & 0xFFFF;
        long flags = stack.pop(size);
        if (offset > cpu.segLimit[CS]) {
            throw GuestFault.gp(0);
        }
        stack.commit();
        Segments.loadParagraph(cpu, CS, selector);
        cpu.rip = offset;
        FlagOps.merge(cpu, flags, size, writable);
    }

    private static void returnVirtual(Cpu cpu, int size) {
        if (Rflags.iopl(cpu.flags) == 3) {
            returnParagraph(cpu, size, FlagOps.REAL_POPPABLE & ~Rflags.IOPL);
            return;
        }
        if (size != 2 || (cpu.cr4 & ControlBits.CR4_VME) == 0) {
            throw GuestFault.gp(0);
        }
        Stack stack = Stack.current(cpu, 0);
        long offset = stack.pop(2);
        int selector = (int) stack.pop(2);
        long flags = stack.pop(2);
        FlagOps.checkVirtualInterruptFlag(cpu, flags);
        stack.commit();
        Segments.loadParagraph(cpu, CS, selector);
        cpu.rip = offset;
        FlagOps.mergeVirtual(cpu, flags);
    }

    private static void returnProtected(Cpu cpu, int size) {
        Stack stack = Stack.current(cpu, 0);
        long offset = stack.pop(size);
        int selector = (int) stack.pop(size) & 0xFFFF;
        long flags = stack.pop(size);
        if (size == 4 && (flags & Rflags.VM) != 0 && cpu.cpl == 0 && !Mode.isLong(cpu)) {
            returnToVirtual(cpu, stack, offset, selector, flags);
            return;
        }
        Descriptor code = FarTransfers.checkReturn(cpu, selector);
        int privilege = selector & RPL;
        long writable = FlagOps.poppable(cpu) | Rflags.RF;
        if (cpu.cpl == 0) {
            writable |= Rflags.VIF | Rflags.VIP;
        }
        if (privilege != cpu.cpl || Mode.is64Bit(cpu)) {
            long pointer = stack.pop(size);
            int stackSelector = (int) stack.pop(size) & 0xFFFF;
            FarTransfers.returnOutward(cpu, selector, code, offset, stackSelector, pointer);
        } else {
            FarTransfers.checkOffset(cpu, code, offset);
            Descriptor accessed = DescriptorTables.touch(cpu, selector, code);
            stack.commit();
            Segments.setCode(cpu, selector, accessed, privilege);
            cpu.rip = offset;
        }
        FlagOps.merge(cpu, flags, size, writable);
    }

    private static void returnToVirtual(Cpu cpu, Stack stack, long offset, int code, long flags) {
        if (offset > 0xFFFF) {
            throw GuestFault.gp(0);
        }
        long pointer = stack.pop(4);
        int[] selectors = new int[6];
        selectors[CS] = code;
        for (int register : new int[] {SS, ES, DS, FS, GS}) {
            selectors[register] = (int) stack.pop(4) & 0xFFFF;
        }
        FlagOps.set(cpu, flags & Rflags.ALL | Rflags.FIXED);
        Segments.loadVirtual(cpu, selectors);
        cpu.r[RSP] = pointer;
        cpu.rip = offset;
    }
}
