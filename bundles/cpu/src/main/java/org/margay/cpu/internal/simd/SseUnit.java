package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.fp.FloatFlags;
import org.margay.cpu.internal.fp.Unrounded;

/**
 * What SSE instructions share: the right to run, the source operand, and MXCSR's modes and exceptions (SDM vol. 1,
 * 10.2.3 and 11.5). One per processor; holds nothing between instructions.
 */
public final class SseUnit extends BinaryFormat.Flags {
    private static final int CR0_EM = 4, CR0_TS = 8;
    private static final int CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10;
    private static final int DENORMALS_ARE_ZEROS = 1 << 6, FLUSH_TO_ZERO = 1 << 15, ROUNDING = 3 << 13;
    private static final int PRECISION_MASK = 1 << 12;
    private static final int MASKS_SHIFT = 7, ROUNDING_SHIFT = 13;

    /** Source operand of the current instruction. */
    long low, high;

    /** MXCSR as the current instruction sees it. */
    private int mxcsr;

    final Unrounded number = new Unrounded();

    // --- the right to run ---

    /** SSE needs the operating system's consent: #UD without it, #NM when the registers are another task's. */
    static void check(Cpu cpu) {
        if ((cpu.cr0 & CR0_EM) != 0 || (cpu.cr4 & CR4_OSFXSR) == 0) {
            throw GuestFault.ud();
        }
        if ((cpu.cr0 & CR0_TS) != 0) {
            throw GuestFault.of(GuestFault.NM);
        }
    }

    // --- operands ---

    /** Loads the 128-bit source: a register, or memory that must be aligned. */
    static SseUnit source(Cpu cpu, Insn insn) {
        SseUnit unit = cpu.sse;
        if (insn.isMemory()) {
            long linear = cpu.aligned128(insn, false);
            unit.loadMemory(cpu, linear);
        } else {
            unit.low = cpu.xmm[2 * insn.rm];
            unit.high = cpu.xmm[2 * insn.rm + 1];
        }
        return unit;
    }

    /** The same without the demand for alignment. */
    static SseUnit unalignedSource(Cpu cpu, Insn insn) {
        SseUnit unit = cpu.sse;
        if (insn.isMemory()) {
            long linear = insn.linearAddress(cpu, 16, false);
            cpu.mmu.checkAlignment(linear, 16);
            unit.loadMemory(cpu, linear);
        } else {
            unit.low = cpu.xmm[2 * insn.rm];
            unit.high = cpu.xmm[2 * insn.rm + 1];
        }
        return unit;
    }

    private void loadMemory(Cpu cpu, long linear) {
        low = cpu.mmu.load64(linear);
        high = cpu.mmu.load64(linear + 8);
    }

    /** The low half of a register, or 8 bytes of memory. */
    static long source64(Cpu cpu, Insn insn) {
        return insn.isMemory() ? cpu.load64(insn) : cpu.xmm[2 * insn.rm];
    }

    /** The low quarter of a register, or 4 bytes of memory; zero-extended. */
    static long source32(Cpu cpu, Insn insn) {
        return (insn.isMemory() ? cpu.load32(insn) : cpu.xmm[2 * insn.rm]) & 0xFFFF_FFFFL;
    }

    // --- modes and exceptions ---

    SseUnit begin(Cpu cpu) {
        mxcsr = cpu.mxcsr;
        flags = 0;
        return this;
    }

    /** Puts the exceptions into MXCSR; raises #XM, or #UD where the system does not want that, if one is unmasked. */
    void finish(Cpu cpu) {
        if (flags == 0) {
            return;
        }
        int raised = flags & FloatFlags.ALL;
        int unmasked = raised & ~masks();
        if ((unmasked & FloatFlags.BEFORE_COMPUTATION) != 0) {
            raised &= FloatFlags.BEFORE_COMPUTATION;
        }
        cpu.mxcsr |= raised;
        if (unmasked != 0) {
            throw GuestFault.of((cpu.cr4 & CR4_OSXMMEXCPT) != 0 ? GuestFault.XM : GuestFault.UD);
        }
    }

    int masks() {
        return mxcsr >> MASKS_SHIFT & FloatFlags.ALL;
    }

    int roundingMode() {
        return mxcsr >> ROUNDING_SHIFT & 3;
    }

    boolean flushesToZero() {
        return (mxcsr & FLUSH_TO_ZERO) != 0;
    }

    boolean denormalsAreZeros() {
        return (mxcsr & DENORMALS_ARE_ZEROS) != 0;
    }

    boolean roundsToNearest() {
        return (mxcsr & ROUNDING) == 0;
    }

    /** Whether raising the precision exception again would change nothing. */
    boolean ignoresPrecision() {
        return (mxcsr & (PRECISION_MASK | FloatFlags.PRECISION)) == (PRECISION_MASK | FloatFlags.PRECISION);
    }
}
