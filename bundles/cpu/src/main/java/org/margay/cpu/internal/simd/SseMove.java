package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** Moves between XMM registers, general and MMX registers, and memory (SDM vol. 1, 10.4.1.1 and 11.4.1.1). */
final class SseMove {
    private SseMove() {}

    private static void set(Cpu cpu, int register, long low, long high) {
        cpu.xmm[2 * register] = low;
        cpu.xmm[2 * register + 1] = high;
    }

    // --- whole registers ---

    /** MOVAPS, MOVAPD, MOVDQA, MOVNTDQA. */
    static void loadAligned(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        set(cpu, insn.reg, source.low, source.high);
    }

    /** MOVUPS, MOVUPD, MOVDQU, LDDQU. */
    static void loadUnaligned(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.unalignedSource(cpu, insn);
        set(cpu, insn.reg, source.low, source.high);
    }

    /** MOVAPS, MOVAPD, MOVDQA and the non-temporal stores. */
    static void storeAligned(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long low = cpu.xmm[2 * insn.reg];
        long high = cpu.xmm[2 * insn.reg + 1];
        if (insn.isMemory()) {
            cpu.mmu.store128(cpu.aligned128(insn, true), low, high);
        } else {
            set(cpu, insn.rm, low, high);
        }
    }

    /** MOVUPS, MOVUPD, MOVDQU. */
    static void storeUnaligned(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long low = cpu.xmm[2 * insn.reg];
        long high = cpu.xmm[2 * insn.reg + 1];
        if (insn.isMemory()) {
            cpu.mmu.store128(insn.linearAddress(cpu, 16, true), low, high);
        } else {
            set(cpu, insn.rm, low, high);
        }
    }

    // --- halves ---

    /** MOVLPS and MOVLPD from memory; MOVHLPS between registers. */
    static void loadLow(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.xmm[2 * insn.reg] = insn.isMemory() ? cpu.load64(insn) : cpu.xmm[2 * insn.rm + 1];
    }

    /** MOVHPS and MOVHPD from memory; MOVLHPS between registers. */
    static void loadHigh(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.xmm[2 * insn.reg + 1] = SseUnit.source64(cpu, insn);
    }

    /** MOVLPS and MOVLPD to memory. */
    static void storeLow(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.store64(insn, cpu.xmm[2 * insn.reg]);
    }

    /** MOVHPS and MOVHPD to memory. */
    static void storeHigh(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.store64(insn, cpu.xmm[2 * insn.reg + 1]);
    }

    /** MOVQ xmm, xmm/m64: the upper half is cleared. */
    static void loadQword(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        set(cpu, insn.reg, SseUnit.source64(cpu, insn), 0);
    }

    /** MOVQ xmm/m64, xmm. */
    static void storeQword(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        if (insn.isMemory()) {
            cpu.store64(insn, cpu.xmm[2 * insn.reg]);
        } else {
            set(cpu, insn.rm, cpu.xmm[2 * insn.reg], 0);
        }
    }

    // --- scalars: from memory the rest is cleared, between registers it stays ---

    /** MOVSS xmm, xmm/m32. */
    static void loadSingle(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        if (insn.isMemory()) {
            set(cpu, insn.reg, cpu.load32(insn) & 0xFFFF_FFFFL, 0);
        } else {
            mergeSingle(cpu, insn.reg, cpu.xmm[2 * insn.rm]);
        }
    }

    /** MOVSS xmm/m32, xmm. */
    static void storeSingle(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        if (insn.isMemory()) {
            cpu.store32(insn, (int) cpu.xmm[2 * insn.reg]);
        } else {
            mergeSingle(cpu, insn.rm, cpu.xmm[2 * insn.reg]);
        }
    }

    /** Replaces the lowest 32 bits of a register. */
    static void mergeSingle(Cpu cpu, int register, long value) {
        cpu.xmm[2 * register] = cpu.xmm[2 * register] & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL;
    }

    /** MOVSD xmm, xmm/m64. */
    static void loadDouble(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        if (insn.isMemory()) {
            set(cpu, insn.reg, cpu.load64(insn), 0);
        } else {
            cpu.xmm[2 * insn.reg] = cpu.xmm[2 * insn.rm];
        }
    }

    /** MOVSD xmm/m64, xmm. */
    static void storeDouble(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        if (insn.isMemory()) {
            cpu.store64(insn, cpu.xmm[2 * insn.reg]);
        } else {
            cpu.xmm[2 * insn.rm] = cpu.xmm[2 * insn.reg];
        }
    }

    // --- other register files ---

    /** MOVD and MOVQ from a general register or memory. */
    static void fromGeneral(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        set(cpu, insn.reg, cpu.readRm(insn, insn.operandSize == 8 ? 8 : 4), 0);
    }

    /** MOVD and MOVQ to a general register or memory. */
    static void toGeneral(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.writeRm(insn, insn.operandSize == 8 ? 8 : 4, cpu.xmm[2 * insn.reg]);
    }

    /** MOVQ2DQ. */
    static void fromMmx(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        Mmx.check(cpu);
        Mmx.enter(cpu);
        set(cpu, insn.reg, Mmx.get(cpu, insn.rm), 0);
    }

    /** MOVDQ2Q. */
    static void toMmx(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        Mmx.check(cpu);
        Mmx.enter(cpu);
        Mmx.set(cpu, insn.reg, cpu.xmm[2 * insn.rm]);
    }

    /** MOVNTI: a general register to memory; needs nothing of SSE's state. */
    static void storeGeneral(Cpu cpu, Insn insn) {
        cpu.store(insn, insn.operandSize == 8 ? 8 : 4, cpu.r[insn.reg]);
    }

    /** MASKMOVDQU: bytes whose mask has its top bit set go to DS:rDI. */
    static void maskMove(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int value = 2 * insn.reg;
        int mask = 2 * insn.rm;
        MaskedStore.store(cpu, insn, cpu.xmm[value], cpu.xmm[value + 1], cpu.xmm[mask], cpu.xmm[mask + 1], 16);
    }

    // --- copies of elements (SSE3) ---

    /** MOVDDUP. */
    static void duplicateDouble(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long value = SseUnit.source64(cpu, insn);
        set(cpu, insn.reg, value, value);
    }

    /** MOVSLDUP: singles 0 and 2, each twice. */
    static void duplicateEven(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        set(
                cpu,
                insn.reg,
                PackedInteger.interleaveLowDwords(source.low, source.low),
                PackedInteger.interleaveLowDwords(source.high, source.high));
    }

    /** MOVSHDUP: singles 1 and 3, each twice. */
    static void duplicateOdd(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        set(
                cpu,
                insn.reg,
                PackedInteger.interleaveHighDwords(source.low, source.low),
                PackedInteger.interleaveHighDwords(source.high, source.high));
    }

    // --- sign bits ---

    /** MOVMSKPS. */
    static void singleMask(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int s = 2 * insn.rm;
        cpu.setReg32(insn.reg, Masks.ofDwords(cpu.xmm[s]) | Masks.ofDwords(cpu.xmm[s + 1]) << 2);
    }

    /** MOVMSKPD. */
    static void doubleMask(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int s = 2 * insn.rm;
        cpu.setReg32(insn.reg, (int) (cpu.xmm[s] >>> 63 | cpu.xmm[s + 1] >>> 63 << 1));
    }
}
