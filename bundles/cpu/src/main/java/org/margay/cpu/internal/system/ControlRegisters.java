package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.system.ControlBits.CR0_CD;
import static org.margay.cpu.internal.system.ControlBits.CR0_ET;
import static org.margay.cpu.internal.system.ControlBits.CR0_NW;
import static org.margay.cpu.internal.system.ControlBits.CR0_PE;
import static org.margay.cpu.internal.system.ControlBits.CR0_PG;
import static org.margay.cpu.internal.system.ControlBits.CR0_TS;
import static org.margay.cpu.internal.system.ControlBits.CR0_WP;
import static org.margay.cpu.internal.system.ControlBits.CR4_DE;
import static org.margay.cpu.internal.system.ControlBits.CR4_FSGSBASE;
import static org.margay.cpu.internal.system.ControlBits.CR4_MCE;
import static org.margay.cpu.internal.system.ControlBits.CR4_OSFXSR;
import static org.margay.cpu.internal.system.ControlBits.CR4_OSXMMEXCPT;
import static org.margay.cpu.internal.system.ControlBits.CR4_PAE;
import static org.margay.cpu.internal.system.ControlBits.CR4_PCE;
import static org.margay.cpu.internal.system.ControlBits.CR4_PGE;
import static org.margay.cpu.internal.system.ControlBits.CR4_PSE;
import static org.margay.cpu.internal.system.ControlBits.CR4_PVI;
import static org.margay.cpu.internal.system.ControlBits.CR4_SMAP;
import static org.margay.cpu.internal.system.ControlBits.CR4_SMEP;
import static org.margay.cpu.internal.system.ControlBits.CR4_TSD;
import static org.margay.cpu.internal.system.ControlBits.CR4_VME;
import static org.margay.cpu.internal.system.ControlBits.EFER_LMA;
import static org.margay.cpu.internal.system.ControlBits.EFER_LME;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Feature;

/** Control registers (SDM vol. 3, 2.5) and what follows from changing them: paging and long mode (4.1, 9.8.5). */
public final class ControlRegisters {
    /** PE MP EM TS ET NE WP AM NW CD PG; the rest is reserved and stays zero. */
    static final long CR0_DEFINED = 0xE005_003FL;

    private static final long CR0_FLUSHES = CR0_PG | CR0_WP | CR0_PE;
    private static final long CR4_FLUSHES = CR4_PSE | CR4_PAE | CR4_PGE | CR4_SMEP | CR4_SMAP;
    private static final long CR4_RELOADS_PDPT = CR4_PSE | CR4_PAE | CR4_PGE;

    /** Reserved in an entry of PAE paging's page-directory-pointer table that is present (SDM vol. 3, table 4-8). */
    private static final long PDPTE_RESERVED = 0x1E6;

    private ControlRegisters() {}

    public static void movFromCr(Cpu cpu, Insn insn) {
        checkAccess(cpu, insn);
        long value = switch (insn.reg) {
            case 0 -> cpu.cr0;
            case 2 -> cpu.cr2;
            case 3 -> cpu.cr3;
            case 4 -> cpu.cr4;
            case 8 -> SystemUnit.of(cpu).taskPriority();
            default -> throw GuestFault.ud();
        };
        cpu.r[insn.rm] = insn.longMode ? value : value & 0xFFFF_FFFFL;
    }

    /** An invalid opcode comes before a lack of privilege (SDM vol. 3, table 6-2). */
    private static void checkAccess(Cpu cpu, Insn insn) {
        if (insn.reg != 0 && (insn.reg < 2 || insn.reg > 4) && insn.reg != 8) {
            throw GuestFault.ud();
        }
        if (cpu.cpl != 0) {
            throw GuestFault.gp(0);
        }
    }

    public static void movToCr(Cpu cpu, Insn insn) {
        checkAccess(cpu, insn);
        long value = insn.longMode ? cpu.r[insn.rm] : cpu.r[insn.rm] & 0xFFFF_FFFFL;
        switch (insn.reg) {
            case 0 -> setCr0(cpu, value);
            case 2 -> cpu.cr2 = value;
            case 3 -> setCr3(cpu, value);
            case 4 -> setCr4(cpu, value);
            case 8 -> {
                if (value >>> 4 != 0) {
                    throw GuestFault.gp(0);
                }
                SystemUnit.of(cpu).setTaskPriority((int) value);
            }
            default -> throw GuestFault.ud();
        }
    }

    static void setCr0(Cpu cpu, long value) {
        if (value >>> 32 != 0
                || isOn(value, CR0_PG) && !isOn(value, CR0_PE)
                || isOn(value, CR0_NW) && !isOn(value, CR0_CD)) {
            throw GuestFault.gp(0);
        }
        long next = value & CR0_DEFINED | CR0_ET;
        boolean paging = isOn(next, CR0_PG);
        boolean wasPaging = isOn(cpu.cr0, CR0_PG);
        if (paging && !wasPaging) {
            startPaging(cpu);
        } else if (!paging && wasPaging) {
            if (Mode.is64Bit(cpu)) {
                throw GuestFault.gp(0);
            }
            cpu.efer &= ~EFER_LMA;
        }
        long changed = cpu.cr0 ^ next;
        cpu.cr0 = next;
        if ((changed & CR0_FLUSHES) != 0) {
            cpu.flushTlb(false);
        }
        cpu.modeChanged();
    }

    private static void startPaging(Cpu cpu) {
        boolean pae = isOn(cpu.cr4, CR4_PAE);
        if (isOn(cpu.efer, EFER_LME)) {
            boolean task16 =
                    (cpu.segAttr[CpuState.TR] & 8) == 0 && (cpu.segAttr[CpuState.TR] & Descriptor.PRESENT) != 0;
            boolean longCode = (cpu.segAttr[CpuState.CS] & Descriptor.LONG) != 0;
            if (!pae || longCode || task16 && cpu.selector[CpuState.TR] != 0) {
                throw GuestFault.gp(0);
            }
            cpu.efer |= EFER_LMA;
        } else if (pae) {
            checkPointerTable(cpu, cpu.cr3);
        }
    }

    static void setCr3(Cpu cpu, long value) {
        if (Mode.isLong(cpu)) {
            if (value >>> CpuModel.PHYSICAL_BITS != 0) {
                throw GuestFault.gp(0);
            }
        } else if (isOn(cpu.cr0, CR0_PG) && isOn(cpu.cr4, CR4_PAE)) {
            checkPointerTable(cpu, value);
        }
        cpu.cr3 = value;
        cpu.flushTlb(true);
    }

    /** CR3 from a TSS: its directory base must be good, there is nowhere to go back to. */
    static void loadTaskCr3(Cpu cpu, long value) {
        if (cpu.cr3 != value) {
            cpu.cr3 = value;
            cpu.flushTlb(true);
        }
    }

    /** Moving to CR3 with PAE paging loads four entries, which must be well-formed (SDM vol. 3, 4.4.1). */
    private static void checkPointerTable(Cpu cpu, long cr3) {
        long table = cr3 & 0xFFFF_FFE0L;
        long reserved = PDPTE_RESERVED | -1L << CpuModel.PHYSICAL_BITS;
        for (int i = 0; i < 4; i++) {
            long entry = SystemUnit.of(cpu).loadPhysical(table + 8L * i, 8);
            if ((entry & 1) != 0 && (entry & reserved) != 0) {
                throw GuestFault.gp(0);
            }
        }
    }

    static void setCr4(Cpu cpu, long value) {
        if ((value & ~supportedCr4(SystemUnit.of(cpu).model())) != 0 || Mode.isLong(cpu) && !isOn(value, CR4_PAE)) {
            throw GuestFault.gp(0);
        }
        long changed = cpu.cr4 ^ value;
        boolean reloads = (changed & CR4_RELOADS_PDPT) != 0 && isOn(cpu.cr0, CR0_PG);
        if (reloads && isOn(value, CR4_PAE) && !Mode.isLong(cpu)) {
            checkPointerTable(cpu, cpu.cr3);
        }
        cpu.cr4 = value;
        if ((changed & CR4_FLUSHES) != 0) {
            cpu.flushTlb(false);
        }
        cpu.modeChanged();
        cpu.attention = true;
    }

    /** A bit of CR4 exists when the feature does that it turns on. */
    static long supportedCr4(CpuModel model) {
        return CR4_TSD
                | CR4_PCE
                | bits(model, Feature.VME, CR4_VME | CR4_PVI)
                | bits(model, Feature.DE, CR4_DE)
                | bits(model, Feature.PSE, CR4_PSE)
                | bits(model, Feature.PAE, CR4_PAE)
                | bits(model, Feature.MCE, CR4_MCE)
                | bits(model, Feature.PGE, CR4_PGE)
                | bits(model, Feature.FXSR, CR4_OSFXSR)
                | bits(model, Feature.SSE, CR4_OSXMMEXCPT)
                | bits(model, Feature.FSGSBASE, CR4_FSGSBASE)
                | bits(model, Feature.SMEP, CR4_SMEP)
                | bits(model, Feature.SMAP, CR4_SMAP);
    }

    private static long bits(CpuModel model, Feature feature, long bits) {
        return model.has(feature) ? bits : 0;
    }

    private static boolean isOn(long register, long bit) {
        return (register & bit) != 0;
    }

    public static void clts(Cpu cpu, Insn insn) {
        cpu.cr0 &= ~CR0_TS;
        cpu.modeChanged();
    }

    public static void smsw(Cpu cpu, Insn insn) {
        if (insn.isMemory()) {
            cpu.store(insn, 2, cpu.cr0);
        } else {
            cpu.setReg(insn, insn.rm, insn.operandSize, cpu.cr0);
        }
    }

    /** Sets PE, MP, EM and TS; PE can't be cleared this way. */
    public static void lmsw(Cpu cpu, Insn insn) {
        long value = cpu.readRm(insn, 2);
        setCr0(cpu, cpu.cr0 & ~0xEL | value & 0xF);
    }

    public static void invlpg(Cpu cpu, Insn insn) {
        if (!insn.isMemory()) {
            throw GuestFault.ud();
        }
        boolean based = !insn.longMode || insn.segment >= CpuState.FS;
        long linear = (based ? cpu.segBase[insn.segment] : 0) + insn.effectiveAddress(cpu);
        cpu.invalidatePage(insn.longMode ? linear : linear & 0xFFFF_FFFFL);
    }

    /** WBINVD and INVD: there is no cache that could be seen. */
    public static void writeBack(Cpu cpu, Insn insn) {}

    public static void hlt(Cpu cpu, Insn insn) {
        cpu.halted = true;
        cpu.attention = true;
    }
}
