package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.DS;
import static org.margay.cpu.internal.CpuState.ES;
import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.SS;
import static org.margay.cpu.internal.system.DescriptorTables.RPL;
import static org.margay.cpu.internal.system.DescriptorTables.fault;
import static org.margay.cpu.internal.system.DescriptorTables.isNull;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

/** Loads segment registers with the checks of SDM vol. 3, 5.6-5.7 and of MOV in vol. 2. */
public final class Segments {
    /** Hidden part of a data segment of virtual-8086 mode: writable, accessed, DPL 3 (SDM vol. 3, 20.2.1). */
    private static final int VIRTUAL_ATTRIBUTES = 0xF3;

    private Segments() {}

    /** MOV, POP or LxS to DS, ES, FS, GS or SS, in any mode. */
    public static void load(Cpu cpu, int register, int selector) {
        if (Mode.isParagraph(cpu)) {
            loadParagraph(cpu, register, selector);
        } else if (register == SS) {
            loadStack(cpu, selector);
        } else {
            loadData(cpu, register, selector, GuestFault.GP, 0);
        }
    }

    /** Real and virtual-8086 mode. Real mode keeps limit and attributes, as "unreal mode" software relies on. */
    static void loadParagraph(Cpu cpu, int register, int selector) {
        cpu.selector[register] = selector;
        cpu.segBase[register] = (long) selector << 4;
        if (Mode.isVirtual(cpu)) {
            cpu.segLimit[register] = 0xFFFF;
            cpu.segAttr[register] = VIRTUAL_ATTRIBUTES;
        }
        changed(cpu, register);
    }

    /**
     * DS, ES, FS or GS in protected or long mode.
     *
     * @param vector of the fault for a wrong selector: #GP, or #TS in a task switch
     */
    static void loadData(Cpu cpu, int register, int selector, int vector, int external) {
        if (isNull(selector)) {
            clear(cpu, register, selector);
            return;
        }
        Descriptor descriptor = DescriptorTables.fetch(cpu, selector, vector, external);
        boolean reachable = descriptor.isCode() && descriptor.isConforming()
                || Math.max(selector & RPL, cpu.cpl) <= descriptor.dpl();
        if (!descriptor.isReadable() || !reachable) {
            throw fault(vector, selector, external);
        }
        if (!descriptor.isPresent()) {
            throw fault(GuestFault.NP, selector, external);
        }
        set(cpu, register, selector, DescriptorTables.touch(cpu, selector, descriptor));
    }

    private static void loadStack(Cpu cpu, int selector) {
        if (isNull(selector)) {
            if (!Mode.is64Bit(cpu) || cpu.cpl == 3 || (selector & RPL) != cpu.cpl) {
                throw GuestFault.gp(0);
            }
            setNullStack(cpu, selector, cpu.cpl);
            return;
        }
        Descriptor descriptor = checkStack(cpu, selector, cpu.cpl, GuestFault.GP, 0);
        set(cpu, SS, selector, DescriptorTables.touch(cpu, selector, descriptor));
    }

    /**
     * The descriptor for SS at a privilege level, checked.
     *
     * @param selector not null
     * @param vector of the fault for a wrong selector: #GP or #TS
     */
    static Descriptor checkStack(Cpu cpu, int selector, int privilege, int vector, int external) {
        Descriptor descriptor = DescriptorTables.fetch(cpu, selector, vector, external);
        if ((selector & RPL) != privilege || !descriptor.isWritableData() || descriptor.dpl() != privilege) {
            throw fault(vector, selector, external);
        }
        if (!descriptor.isPresent()) {
            throw fault(GuestFault.SS, selector, external);
        }
        return descriptor;
    }

    /** SS of 64-bit mode after a change of privilege (SDM vol. 3, 5.8.5.1): null, its RPL the new CPL. */
    static void setNullStack(CpuState cpu, int selector, int privilege) {
        cpu.selector[SS] = selector;
        cpu.segBase[SS] = 0;
        cpu.segLimit[SS] = 0xFFFF_FFFFL;
        cpu.segAttr[SS] = privilege << 5;
    }

    /** Fills a register and its hidden part from a checked descriptor. */
    static void set(Cpu cpu, int register, int selector, Descriptor descriptor) {
        cpu.selector[register] = selector;
        cpu.segBase[register] = descriptor.base();
        cpu.segLimit[register] = descriptor.limit();
        cpu.segAttr[register] = descriptor.attributes();
        changed(cpu, register);
    }

    /** CS at a privilege level, which becomes the CPL and the selector's RPL. */
    static void setCode(Cpu cpu, int selector, Descriptor descriptor, int privilege) {
        cpu.cpl = privilege;
        set(cpu, CS, selector & ~RPL | privilege, descriptor);
    }

    /** A null selector: the register can be held, not used. */
    static void clear(Cpu cpu, int register, int selector) {
        cpu.selector[register] = selector;
        cpu.segBase[register] = 0;
        cpu.segLimit[register] = 0;
        cpu.segAttr[register] = 0;
        changed(cpu, register);
    }

    /**
     * Enters virtual-8086 mode's view of all six segments; EFLAGS.VM is already set.
     *
     * @param selectors ES CS SS DS FS GS
     */
    static void loadVirtual(Cpu cpu, int[] selectors) {
        cpu.cpl = 3;
        for (int register = ES; register <= GS; register++) {
            loadParagraph(cpu, register, selectors[register]);
        }
    }

    /** After a return to an outer level: drops data segments that the caller may not see (SDM vol. 3, 5.8.6). */
    static void dropPrivileged(Cpu cpu) {
        for (int register : new int[] {ES, DS, FS, GS}) {
            int attributes = cpu.segAttr[register];
            boolean conforming = (attributes & (Descriptor.CODE | Descriptor.CONFORMING))
                    == (Descriptor.CODE | Descriptor.CONFORMING);
            if ((attributes >>> 5 & 3) < cpu.cpl && (attributes & Descriptor.PRESENT) != 0 && !conforming) {
                clear(cpu, register, 0);
            }
        }
    }

    /** Tells the engine when what it derives from a segment must be derived again. */
    private static void changed(Cpu cpu, int register) {
        if (register == CS || register == SS) {
            cpu.modeChanged();
        }
    }
}
