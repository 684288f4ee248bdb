package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Packed integers in XMM registers (SDM vol. 1, 11.4.2 and 12). Memory operands must be aligned. */
final class SseInteger {
    private SseInteger() {}

    /** Both halves alike: xmm = xmm op xmm/m128. */
    static Handler lanes(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            cpu.xmm[d] = operator.applyAsLong(cpu.xmm[d], source.low);
            cpu.xmm[d + 1] = operator.applyAsLong(cpu.xmm[d + 1], source.high);
        };
    }

    /** Neighbours together: the low half comes from the destination, the high half from the source. */
    static Handler pairs(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            cpu.xmm[d] = operator.applyAsLong(cpu.xmm[d], cpu.xmm[d + 1]);
            cpu.xmm[d + 1] = operator.applyAsLong(source.low, source.high);
        };
    }

    /** Interleaves the low halves. */
    static Handler interleaveLow(LongBinaryOperator low, LongBinaryOperator high) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            long a = cpu.xmm[d];
            cpu.xmm[d] = low.applyAsLong(a, source.low);
            cpu.xmm[d + 1] = high.applyAsLong(a, source.low);
        };
    }

    /** Interleaves the high halves. */
    static Handler interleaveHigh(LongBinaryOperator low, LongBinaryOperator high) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            long a = cpu.xmm[d + 1];
            cpu.xmm[d] = low.applyAsLong(a, source.high);
            cpu.xmm[d + 1] = high.applyAsLong(a, source.high);
        };
    }

    /** Shifts by the low 64 bits of the source. */
    static Handler shift(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long count = SseUnit.source(cpu, insn).low;
            int d = 2 * insn.reg;
            cpu.xmm[d] = operator.applyAsLong(cpu.xmm[d], count);
            cpu.xmm[d + 1] = operator.applyAsLong(cpu.xmm[d + 1], count);
        };
    }

    /** Shifts the register in ModRM.rm by an immediate. */
    static Handler shiftImmediate(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long count = insn.immediate & 0xFF;
            int d = 2 * insn.rm;
            cpu.xmm[d] = operator.applyAsLong(cpu.xmm[d], count);
            cpu.xmm[d + 1] = operator.applyAsLong(cpu.xmm[d + 1], count);
        };
    }

    /** PSLLDQ. */
    static void shiftLeftBytes(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int d = 2 * insn.rm;
        long low = cpu.xmm[d];
        long high = cpu.xmm[d + 1];
        int bits = 8 * Math.min((int) insn.immediate & 0xFF, 16);
        if (bits >= 64) {
            cpu.xmm[d + 1] = bits == 128 ? 0 : low << bits;
            cpu.xmm[d] = 0;
        } else if (bits > 0) {
            cpu.xmm[d + 1] = high << bits | low >>> 64 - bits;
            cpu.xmm[d] = low << bits;
        }
    }

    /** PSRLDQ. */
    static void shiftRightBytes(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int d = 2 * insn.rm;
        int count = (int) insn.immediate & 0xFF;
        align(cpu, d, cpu.xmm[d], cpu.xmm[d + 1], 0, 0, count);
    }

    /** PALIGNR: destination above source, shifted right by whole bytes. */
    static void align(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int d = 2 * insn.reg;
        align(cpu, d, source.low, source.high, cpu.xmm[d], cpu.xmm[d + 1], (int) insn.immediate & 0xFF);
    }

    private static void align(Cpu cpu, int d, long a0, long a1, long a2, long a3, int count) {
        int bits = 8 * Math.min(count, 32);
        cpu.xmm[d] = window(a0, a1, a2, a3, bits);
        cpu.xmm[d + 1] = window(a0, a1, a2, a3, bits + 64);
    }

    /** 64 bits from this bit on of four longs, low one first, zeros above. */
    private static long window(long a0, long a1, long a2, long a3, int bit) {
        long low = pick(a0, a1, a2, a3, bit >> 6);
        int shift = bit & 63;
        return shift == 0 ? low : low >>> shift | pick(a0, a1, a2, a3, (bit >> 6) + 1) << 64 - shift;
    }

    private static long pick(long a0, long a1, long a2, long a3, int index) {
        return switch (index) {
            case 0 -> a0;
            case 1 -> a1;
            case 2 -> a2;
            case 3 -> a3;
            default -> 0;
        };
    }

    /** PMOVMSKB. */
    static void byteMask(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int s = 2 * insn.rm;
        cpu.setReg32(insn.reg, Masks.ofBytes(cpu.xmm[s]) | Masks.ofBytes(cpu.xmm[s + 1]) << 8);
    }

    /** PEXTRW r32, xmm, imm8. */
    static void extractWord(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int index = (int) insn.immediate & 7;
        cpu.setReg32(insn.reg, Lanes.word(cpu.xmm[2 * insn.rm + (index >> 2)], index & 3));
    }

    /** PINSRB, PINSRW, PINSRD, PINSRQ. */
    static Handler insert(int size) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long value = insn.isMemory() ? cpu.load(insn, size) : cpu.r[insn.rm];
            int position = (int) insn.immediate * size & 15;
            int half = 2 * insn.reg + (position >> 3);
            int shift = 8 * (position & 7);
            long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
            cpu.xmm[half] = cpu.xmm[half] & ~(mask << shift) | (value & mask) << shift;
        };
    }

    /**
     * PEXTRB, PEXTRW, PEXTRD, PEXTRQ, EXTRACTPS with a general register or memory as destination; registers are
     * zero-extended.
     */
    static Handler extract(int size) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            int position = (int) insn.immediate * size & 15;
            long value = cpu.xmm[2 * insn.reg + (position >> 3)] >>> 8 * (position & 7);
            if (insn.isMemory()) {
                cpu.store(insn, size, value);
            } else {
                cpu.r[insn.rm] = size == 8 ? value : value & (1L << 8 * size) - 1;
            }
        };
    }

    /** PSHUFD. */
    static void shuffleDwords(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int order = (int) insn.immediate;
        cpu.xmm[2 * insn.reg] = Lanes.dwords(dword(source, order & 3), dword(source, order >> 2 & 3));
        cpu.xmm[2 * insn.reg + 1] = Lanes.dwords(dword(source, order >> 4 & 3), dword(source, order >> 6 & 3));
    }

    private static int dword(SseUnit source, int index) {
        return Lanes.dword(index < 2 ? source.low : source.high, index & 1);
    }

    /** PSHUFLW. */
    static void shuffleLowWords(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        cpu.xmm[2 * insn.reg] = PackedInteger.shuffleWords(source.low, (int) insn.immediate);
        cpu.xmm[2 * insn.reg + 1] = source.high;
    }

    /** PSHUFHW. */
    static void shuffleHighWords(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        cpu.xmm[2 * insn.reg] = source.low;
        cpu.xmm[2 * insn.reg + 1] = PackedInteger.shuffleWords(source.high, (int) insn.immediate);
    }

    /** PSHUFB: a control byte with its top bit set clears its element. */
    static void shuffleBytes(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit control = SseUnit.source(cpu, insn);
        int d = 2 * insn.reg;
        long low = cpu.xmm[d];
        long high = cpu.xmm[d + 1];
        cpu.xmm[d] = shuffleBytes(low, high, control.low);
        cpu.xmm[d + 1] = shuffleBytes(low, high, control.high);
    }

    private static long shuffleBytes(long low, long high, long control) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            int selector = (int) (control >>> shift) & 0xFF;
            if (selector < 0x80) {
                result |= ((selector & 8) == 0 ? low : high) >>> 8 * (selector & 7) << 56 >>> 56 - shift;
            }
        }
        return result;
    }

    /** PTEST: ZF if source and destination share no bit, CF if the destination covers the source. */
    static void test(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        long low = cpu.xmm[2 * insn.reg];
        long high = cpu.xmm[2 * insn.reg + 1];
        boolean disjoint = (low & source.low | high & source.high) == 0;
        boolean covered = (~low & source.low | ~high & source.high) == 0;
        LazyFlags.setArithmetic(cpu, (disjoint ? LazyFlags.ZF : 0) | (covered ? LazyFlags.CF : 0));
    }
}
