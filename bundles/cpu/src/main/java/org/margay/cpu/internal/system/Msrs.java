package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.RAX;
import static org.margay.cpu.internal.CpuState.RCX;
import static org.margay.cpu.internal.CpuState.RDX;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Feature;

/** RDMSR, WRMSR and the time stamp counter (SDM vol. 4, chapter 2; AMD APM vol. 2, appendix A). */
public final class Msrs {
    private static final int TSC = 0x10, APIC_BASE = 0x1B, PATCH_LEVEL = 0x8B, MTRR_CAP = 0xFE;
    private static final int SYSENTER_CS = 0x174, SYSENTER_ESP = 0x175, SYSENTER_EIP = 0x176;
    private static final int MCG_CAP = 0x179, MCG_STATUS = 0x17A, MCG_CTL = 0x17B;
    private static final int PERF_STATUS = 0x198, MISC_ENABLE = 0x1A0;
    private static final int MTRR_VARIABLE = 0x200, MTRR_FIX_64K = 0x250, MTRR_FIX_16K = 0x258, MTRR_FIX_4K = 0x268;
    private static final int PAT = 0x277, MTRR_DEF_TYPE = 0x2FF, MC_BANKS = 0x400;
    private static final int TSC_DEADLINE = 0x6E0, X2APIC = 0x800;
    private static final int EFER = 0xC000_0080, STAR = 0xC000_0081, LSTAR = 0xC000_0082, CSTAR = 0xC000_0083;
    private static final int SFMASK = 0xC000_0084, FS_BASE = 0xC000_0100, GS_BASE = 0xC000_0101;
    private static final int KERNEL_GS_BASE = 0xC000_0102, TSC_AUX = 0xC000_0103;

    /** AMD's own that read as zero and ignore writes: SYSCFG, HWCR, NB_CFG, interrupt pending message, DE_CFG. */
    private static final int SYSCFG = 0xC001_0010, HWCR = 0xC001_0015, NB_CFG = 0xC001_001F, INT_PENDING = 0xC001_0055;

    private static final int DE_CFG = 0xC001_1029;

    /** IA32_MTRRCAP: 8 variable ranges, fixed ranges, write-combining. */
    private static final long MTRR_CAPABILITIES = ModelRegisters.VARIABLE_RANGES | 1 << 8 | 1 << 10;

    /** IA32_MCG_CAP: 10 banks, IA32_MCG_CTL exists, software error recovery. */
    private static final long MCG_CAPABILITIES = ModelRegisters.BANKS | 1 << 8 | 1 << 24;

    private static final long MTRR_DEF_DEFINED = 0xCFF;
    private static final long AMD_PATCH_LEVEL = 0x0100_0065;

    /** Bus ratio and speed as early models of the family report them. */
    private static final long PERFORMANCE_STATUS = 1000 | 4L << 40;

    private static final long PHYSICAL_RESERVED = -1L << CpuModel.PHYSICAL_BITS;

    /**
     * Types that MTRRs know: UC, WC, WT, WP, WB; the page attribute table has UC- (7) as well (SDM vol. 3, table 12-8,
     * 12-10).
     */
    private static final int MTRR_TYPES = 0b0111_0011, PAT_TYPES = 0b1111_0011;

    private Msrs() {}

    public static void rdmsr(Cpu cpu, Insn insn) {
        long value = read(cpu, (int) cpu.r[RCX]);
        cpu.setReg32(RAX, (int) value);
        cpu.setReg32(RDX, (int) (value >>> 32));
    }

    public static void wrmsr(Cpu cpu, Insn insn) {
        write(cpu, (int) cpu.r[RCX], cpu.r[RDX] << 32 | cpu.r[RAX] & 0xFFFF_FFFFL);
    }

    /** RDTSC: one count a nanosecond of the virtual clock. */
    public static void rdtsc(Cpu cpu, Insn insn) {
        cpu.spin.reset();
        if ((cpu.cr4 & ControlBits.CR4_TSD) != 0 && cpu.cpl != 0) {
            throw GuestFault.gp(0);
        }
        long value = timeStamp(cpu);
        cpu.setReg32(RAX, (int) value);
        cpu.setReg32(RDX, (int) (value >>> 32));
    }

    public static void rdtscp(Cpu cpu, Insn insn) {
        rdtsc(cpu, insn);
        cpu.setReg32(RCX, (int) cpu.tscAux);
    }

    /** RDPMC: there are no performance counters. */
    public static void rdpmc(Cpu cpu, Insn insn) {
        throw GuestFault.gp(0);
    }

    static long timeStamp(Cpu cpu) {
        return cpu.bus.virtualNanos() + SystemUnit.of(cpu).registers().tscOffset;
    }

    static long read(Cpu cpu, int index) {
        SystemUnit unit = SystemUnit.of(cpu);
        ModelRegisters registers = unit.registers();
        CpuModel model = unit.model();
        return switch (index) {
            case TSC -> timeStamp(cpu);
            case APIC_BASE -> unit.readApicBase();
            case PATCH_LEVEL -> model.isAmd() ? AMD_PATCH_LEVEL : 1L << 32;
            case SYSENTER_CS -> cpu.sysenterCs;
            case SYSENTER_ESP -> cpu.sysenterEsp;
            case SYSENTER_EIP -> cpu.sysenterEip;
            case MCG_CAP -> require(model, Feature.MCA, MCG_CAPABILITIES);
            case MCG_STATUS -> require(model, Feature.MCA, registers.machineCheckStatus);
            case MCG_CTL -> require(model, Feature.MCA, registers.machineCheckControl);
            case PERF_STATUS -> PERFORMANCE_STATUS;
            case MISC_ENABLE -> cpu.miscEnable;
            case PAT -> require(model, Feature.PAT, cpu.pat);
            case MTRR_CAP -> require(model, Feature.MTRR, MTRR_CAPABILITIES);
            case MTRR_DEF_TYPE -> require(model, Feature.MTRR, registers.mtrrDefault);
            case TSC_DEADLINE -> require(model, Feature.TSC_DEADLINE, unit.readTimerDeadline(cpu));
            case EFER -> require(model, Feature.NX, cpu.efer);
            case STAR -> require(model, Feature.SYSCALL, cpu.star);
            case LSTAR -> require(model, Feature.LM, cpu.lstar);
            case CSTAR -> require(model, Feature.LM, cpu.cstar);
            case SFMASK -> require(model, Feature.LM, cpu.sfmask);
            case FS_BASE -> require(model, Feature.LM, cpu.segBase[FS]);
            case GS_BASE -> require(model, Feature.LM, cpu.segBase[GS]);
            case KERNEL_GS_BASE -> require(model, Feature.LM, cpu.kernelGsBase);
            case TSC_AUX -> require(model, Feature.RDTSCP, cpu.tscAux);
            default -> readOther(unit, index);
        };
    }

    private static long readOther(SystemUnit unit, int index) {
        ModelRegisters registers = unit.registers();
        CpuModel model = unit.model();
        int fixed = fixedRange(index);
        if (fixed >= 0) {
            return require(model, Feature.MTRR, registers.mtrrFixed[fixed]);
        }
        if (isWithin(index, MTRR_VARIABLE, registers.mtrrVariable)) {
            return require(model, Feature.MTRR, registers.mtrrVariable[index - MTRR_VARIABLE]);
        }
        if (isWithin(index, MC_BANKS, registers.banks)) {
            return require(model, Feature.MCA, registers.banks[index - MC_BANKS]);
        }
        if (index >>> 8 == X2APIC >>> 8) {
            return unit.readX2Apic(index - X2APIC);
        }
        if (isIgnored(model, index)) {
            return 0;
        }
        throw GuestFault.gp(0);
    }

    static void write(Cpu cpu, int index, long value) {
        SystemUnit unit = SystemUnit.of(cpu);
        ModelRegisters registers = unit.registers();
        CpuModel model = unit.model();
        switch (index) {
            case TSC -> registers.tscOffset = value - cpu.bus.virtualNanos();
            case APIC_BASE -> unit.writeApicBase(cpu, value);
            case PATCH_LEVEL -> check(!model.isAmd());
            case SYSENTER_CS -> cpu.sysenterCs = value & 0xFFFF_FFFFL;
            case SYSENTER_ESP -> cpu.sysenterEsp = canonical(value);
            case SYSENTER_EIP -> cpu.sysenterEip = canonical(value);
            case MCG_STATUS -> registers.machineCheckStatus = require(model, Feature.MCA, value);
            case MCG_CTL -> registers.machineCheckControl = require(model, Feature.MCA, value);
            case MISC_ENABLE -> cpu.miscEnable = value;
            case PAT -> cpu.pat = require(model, Feature.PAT, memoryTypes(value, PAT_TYPES));
            case MTRR_DEF_TYPE -> {
                check((value & ~MTRR_DEF_DEFINED) == 0);
                memoryTypes(value & 0xFF, MTRR_TYPES);
                registers.mtrrDefault = require(model, Feature.MTRR, value);
            }
            case TSC_DEADLINE -> {
                require(model, Feature.TSC_DEADLINE, 0);
                unit.writeTimerDeadline(cpu, value);
            }
            case EFER -> setEfer(cpu, model, value);
            case STAR -> cpu.star = require(model, Feature.SYSCALL, value);
            case LSTAR -> cpu.lstar = require(model, Feature.LM, canonical(value));
            case CSTAR -> cpu.cstar = require(model, Feature.LM, canonical(value));
            case SFMASK -> cpu.sfmask = require(model, Feature.LM, value & 0xFFFF_FFFFL);
            case FS_BASE -> cpu.segBase[FS] = require(model, Feature.LM, canonical(value));
            case GS_BASE -> cpu.segBase[GS] = require(model, Feature.LM, canonical(value));
            case KERNEL_GS_BASE -> cpu.kernelGsBase = require(model, Feature.LM, canonical(value));
            case TSC_AUX -> cpu.tscAux = require(model, Feature.RDTSCP, value & 0xFFFF_FFFFL);
            default -> writeOther(unit, index, value);
        }
    }

    private static void writeOther(SystemUnit unit, int index, long value) {
        ModelRegisters registers = unit.registers();
        CpuModel model = unit.model();
        int fixed = fixedRange(index);
        if (fixed >= 0) {
            registers.mtrrFixed[fixed] = require(model, Feature.MTRR, memoryTypes(value, MTRR_TYPES));
        } else if (isWithin(index, MTRR_VARIABLE, registers.mtrrVariable)) {
            boolean mask = (index & 1) != 0;
            check((value & (PHYSICAL_RESERVED | (mask ? 0x7FF : 0xF00))) == 0);
            if (!mask) {
                memoryTypes(value & 0xFF, MTRR_TYPES);
            }
            registers.mtrrVariable[index - MTRR_VARIABLE] = require(model, Feature.MTRR, value);
        } else if (isWithin(index, MC_BANKS, registers.banks)) {
            // Only zero may be written to what reports errors; CTL takes anything.
            check((index & 3) == 0 || value == 0);
            registers.banks[index - MC_BANKS] = require(model, Feature.MCA, value);
        } else if (index >>> 8 == X2APIC >>> 8) {
            unit.writeX2Apic(index - X2APIC, value);
        } else {
            check(isIgnored(model, index));
        }
    }

    private static void setEfer(Cpu cpu, CpuModel model, long value) {
        long writable = ControlBits.EFER_SCE
                | (model.has(Feature.LM) ? ControlBits.EFER_LME : 0)
                | (model.has(Feature.NX) ? ControlBits.EFER_NXE : 0);
        check(model.has(Feature.NX) && (value & ~(writable | ControlBits.EFER_LMA)) == 0);
        boolean paging = (cpu.cr0 & ControlBits.CR0_PG) != 0;
        long changed = cpu.efer ^ value;
        check(!paging || (changed & ControlBits.EFER_LME) == 0);
        cpu.efer = cpu.efer & ControlBits.EFER_LMA | value & writable;
        if ((changed & ControlBits.EFER_NXE) != 0) {
            cpu.flushTlb(false);
        }
        cpu.modeChanged();
    }

    private static long memoryTypes(long value, int known) {
        for (int shift = 0; shift < 64; shift += 8) {
            long type = value >>> shift & 0xFF;
            check(type < 8 && (known >>> type & 1) != 0);
        }
        return value;
    }

    private static int fixedRange(int index) {
        if (index == MTRR_FIX_64K) {
            return 0;
        }
        if (index == MTRR_FIX_16K || index == MTRR_FIX_16K + 1) {
            return 1 + index - MTRR_FIX_16K;
        }
        return index >= MTRR_FIX_4K && index < MTRR_FIX_4K + 8 ? 3 + index - MTRR_FIX_4K : -1;
    }

    private static boolean isWithin(int index, int first, long[] registers) {
        return index >= first && index < first + registers.length;
    }

    private static boolean isIgnored(CpuModel model, int index) {
        return model.isAmd()
                && switch (index) {
                    case SYSCFG, HWCR, NB_CFG, INT_PENDING, DE_CFG -> true;
                    default -> false;
                };
    }

    private static long require(CpuModel model, Feature feature, long value) {
        check(model.has(feature));
        return value;
    }

    private static long canonical(long value) {
        check(Mode.isCanonical(value));
        return value;
    }

    private static void check(boolean allowed) {
        if (!allowed) {
            throw GuestFault.gp(0);
        }
    }
}
