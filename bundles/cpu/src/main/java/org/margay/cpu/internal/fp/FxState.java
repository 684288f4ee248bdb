package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;

/** FXSAVE and FXRSTOR (SDM vol. 1, 10.5, tables 10-2 and 10-3; vol. 2 under FXSAVE for the 64-bit layouts). */
final class FxState {
    /** Bits of MXCSR that may be set; also what FXSAVE stores as MXCSR_MASK. */
    static final int MXCSR_MASK = 0xFFFF;

    private static final int SIZE = 512, ST = 32, XMM = 160;

    private FxState() {}

    /** The area's linear address; it must be aligned to 16 bytes. */
    private static long area(Cpu cpu, Insn insn, boolean write) {
        X87State.checkAvailable(cpu);
        return cpu.aligned(insn, SIZE, write);
    }

    private static int xmmCount(Cpu cpu) {
        return cpu.isMode64() ? 16 : 8;
    }

    static void save(Cpu cpu, Insn insn) {
        long linear = area(cpu, insn, true);
        cpu.mmu.checkWrite(linear, SIZE);
        cpu.mmu.store16(linear, cpu.fpControl);
        cpu.mmu.store16(linear + 2, X87State.statusWord(cpu));
        cpu.mmu.store16(linear + 4, ~cpu.fpEmpty & 0xFF);
        cpu.mmu.store16(linear + 6, cpu.fpOpcode);
        if (insn.operandSize == 8) {
            cpu.mmu.store64(linear + 8, cpu.fpCodeOffset);
            cpu.mmu.store64(linear + 16, cpu.fpDataOffset);
        } else {
            cpu.mmu.store64(linear + 8, cpu.fpCodeOffset & 0xFFFF_FFFFL | (long) cpu.fpCodeSelector << 32);
            cpu.mmu.store64(linear + 16, cpu.fpDataOffset & 0xFFFF_FFFFL | (long) cpu.fpDataSelector << 32);
        }
        cpu.mmu.store32(linear + 24, cpu.mxcsr);
        cpu.mmu.store32(linear + 28, MXCSR_MASK);
        for (int i = 0; i < 8; i++) {
            cpu.mmu.store128(linear + ST + 16L * i, X87State.mantissa(cpu, i), X87State.exponent(cpu, i));
        }
        for (int i = 0; i < xmmCount(cpu); i++) {
            cpu.mmu.store128(linear + XMM + 16L * i, cpu.xmm[2 * i], cpu.xmm[2 * i + 1]);
        }
    }

    static void restore(Cpu cpu, Insn insn) {
        long linear = area(cpu, insn, false);
        cpu.mmu.checkRead(linear, SIZE);
        int mxcsr = cpu.mmu.load32(linear + 24);
        if ((mxcsr & ~MXCSR_MASK) != 0) {
            throw GuestFault.gp(0);
        }
        cpu.mxcsr = mxcsr;
        X87State.setControlWord(cpu, cpu.mmu.load16(linear));
        X87State.setStatusWord(cpu, cpu.mmu.load16(linear + 2));
        X87State.updateSummary(cpu);
        cpu.fpEmpty = ~cpu.mmu.load16(linear + 4) & 0xFF;
        cpu.fpOpcode = cpu.mmu.load16(linear + 6) & 0x7FF;
        long code = cpu.mmu.load64(linear + 8);
        long data = cpu.mmu.load64(linear + 16);
        if (insn.operandSize == 8) {
            cpu.fpCodeOffset = code;
            cpu.fpCodeSelector = 0;
            cpu.fpDataOffset = data;
            cpu.fpDataSelector = 0;
        } else {
            cpu.fpCodeOffset = code & 0xFFFF_FFFFL;
            cpu.fpCodeSelector = (int) (code >>> 32) & 0xFFFF;
            cpu.fpDataOffset = data & 0xFFFF_FFFFL;
            cpu.fpDataSelector = (int) (data >>> 32) & 0xFFFF;
        }
        for (int i = 0; i < 8; i++) {
            int physical = X87State.physical(cpu, i);
            cpu.fpMantissa[physical] = cpu.mmu.load64(linear + ST + 16L * i);
            cpu.fpExponent[physical] = (short) cpu.mmu.load16(linear + ST + 16L * i + 8);
        }
        for (int i = 0; i < xmmCount(cpu); i++) {
            cpu.xmm[2 * i] = cpu.mmu.load64(linear + XMM + 16L * i);
            cpu.xmm[2 * i + 1] = cpu.mmu.load64(linear + XMM + 16L * i + 8);
        }
    }
}
