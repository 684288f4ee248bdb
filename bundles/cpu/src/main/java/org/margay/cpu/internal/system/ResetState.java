package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.LDTR;
import static org.margay.cpu.internal.CpuState.RDX;
import static org.margay.cpu.internal.CpuState.TR;

import java.util.Arrays;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;

/**
 * Registers after power-on and INIT (SDM vol. 3, table 10-1 "IA-32 and Intel 64 Processor States Following Power-up,
 * Reset, or INIT").
 */
final class ResetState {
    private static final int DATA = 0x93, CODE = 0x9B, LDT = 0x82, TSS = 0x8B;

    private static final long PAT = 0x0007_0406_0007_0406L;

    private ResetState() {}

    static void powerOn(Cpu cpu, CpuModel model) {
        Arrays.fill(cpu.xmm, 0);
        cpu.mxcsr = 0x1F80;
        Arrays.fill(cpu.fpMantissa, 0);
        Arrays.fill(cpu.fpExponent, (short) 0);
        // After power-on all registers are valid and hold +0.0; FINIT empties them.
        cpu.fpControl = 0x0040;
        cpu.fpStatus = 0;
        cpu.fpTop = 0;
        cpu.fpEmpty = 0;
        cpu.fpOpcode = 0;
        cpu.fpCodeSelector = 0;
        cpu.fpDataSelector = 0;
        cpu.fpCodeOffset = 0;
        cpu.fpDataOffset = 0;
        cpu.star = 0;
        cpu.lstar = 0;
        cpu.cstar = 0;
        cpu.sfmask = 0;
        cpu.kernelGsBase = 0;
        cpu.tscAux = 0;
        cpu.sysenterCs = 0;
        cpu.sysenterEsp = 0;
        cpu.sysenterEip = 0;
        cpu.pat = PAT;
        cpu.miscEnable = 1;
        cpu.cr0 = 0;
        init(cpu, model);
    }

    /** INIT keeps the FPU, the vector registers, the time stamp counter, most MSRs, and CR0.CD and NW. */
    static void init(Cpu cpu, CpuModel model) {
        Arrays.fill(cpu.r, 0);
        cpu.r[RDX] = model.signature();
        cpu.rip = 0xFFF0;
        LazyFlags.setRflags(cpu, Rflags.FIXED);
        long cache = ControlBits.CR0_CD | ControlBits.CR0_NW;
        cpu.cr0 = cpu.cr0 == 0 ? cache | ControlBits.CR0_ET : cpu.cr0 & cache | ControlBits.CR0_ET;
        cpu.cr2 = 0;
        cpu.cr3 = 0;
        cpu.cr4 = 0;
        cpu.efer = 0;
        Arrays.fill(cpu.dr, 0);
        cpu.dr[6] = DebugUnit.DR6_FIXED;
        cpu.dr[7] = DebugUnit.DR7_FIXED;
        for (int register = 0; register < 6; register++) {
            set(cpu, register, 0, 0, DATA);
        }
        set(cpu, CS, 0xF000, 0xFFFF_0000L, CODE);
        set(cpu, LDTR, 0, 0, LDT);
        set(cpu, TR, 0, 0, TSS);
        cpu.gdtBase = 0;
        cpu.gdtLimit = 0xFFFF;
        cpu.idtBase = 0;
        cpu.idtLimit = 0xFFFF;
        cpu.cpl = 0;
        cpu.halted = false;
        cpu.interruptShadow = false;
        cpu.nmiBlocked = false;
        cpu.debugPending = 0;
        cpu.attention = true;
        cpu.flushTlb(false);
        cpu.modeChanged();
    }

    private static void set(Cpu cpu, int register, int selector, long base, int attributes) {
        cpu.selector[register] = selector;
        cpu.segBase[register] = base;
        cpu.segLimit[register] = 0xFFFF;
        cpu.segAttr[register] = attributes;
    }
}
