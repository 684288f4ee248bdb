package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.fp.BinaryFormat;

/**
 * What SSE4.1 adds beyond plain element operations: blends, widening moves, rounding, dot products (SDM vol. 1, 12.10).
 */
final class Sse4 {
    private static final long LOW = 0xFFFF_FFFFL;

    private Sse4() {}

    // --- blends: elements of the source where a bit says so ---

    /** PBLENDVB, BLENDVPS, BLENDVPD: the top bits of XMM0's elements of this many bits choose. */
    static Handler blendByXmm0(int bits) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            long lowMask = spreadTops(cpu.xmm[0], bits);
            long highMask = spreadTops(cpu.xmm[1], bits);
            cpu.xmm[d] = cpu.xmm[d] & ~lowMask | source.low & lowMask;
            cpu.xmm[d + 1] = cpu.xmm[d + 1] & ~highMask | source.high & highMask;
        };
    }

    /** Fills each element with its top bit. */
    private static long spreadTops(long a, int bits) {
        if (bits == 64) {
            return a >> 63;
        }
        long ones = bits == 8 ? 0x0101_0101_0101_0101L : 0x0000_0001_0000_0001L;
        return (a >>> bits - 1 & ones) * ((1L << bits) - 1);
    }

    /** PBLENDW, BLENDPS, BLENDPD: bits of the immediate choose elements of this many bits. */
    static Handler blendByImmediate(int bits) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.source(cpu, insn);
            int d = 2 * insn.reg;
            int perHalf = 64 / bits;
            long lowMask = spreadBits((int) insn.immediate, bits);
            long highMask = spreadBits((int) insn.immediate >> perHalf, bits);
            cpu.xmm[d] = cpu.xmm[d] & ~lowMask | source.low & lowMask;
            cpu.xmm[d + 1] = cpu.xmm[d + 1] & ~highMask | source.high & highMask;
        };
    }

    private static long spreadBits(int choice, int bits) {
        long mask = 0;
        for (int i = 0; i < 64 / bits; i++) {
            if ((choice >> i & 1) != 0) {
                mask |= -1L >>> 64 - bits << i * bits;
            }
        }
        return mask;
    }

    // --- widening moves ---

    /** PMOVSX and PMOVZX: the lowest elements of {@code from} bits, widened to {@code to} bits. */
    static Handler widen(int from, int to, boolean signed) {
        int bytes = 16 * from / to;
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long source = insn.isMemory() ? cpu.load(insn, bytes) : cpu.xmm[2 * insn.rm];
            int perHalf = 64 / to;
            cpu.xmm[2 * insn.reg] = widen(source, from, to, signed);
            cpu.xmm[2 * insn.reg + 1] = widen(source >>> perHalf * from, from, to, signed);
        };
    }

    private static long widen(long source, int from, int to, boolean signed) {
        long result = 0;
        for (int i = 0; i < 64 / to; i++) {
            long raised = source >>> i * from << 64 - from;
            long element = signed ? raised >> 64 - from : raised >>> 64 - from;
            result |= (element & -1L >>> 64 - to) << i * to;
        }
        return result;
    }

    // --- integers ---

    /** PHMINPOSUW: the smallest unsigned word and its index. */
    static void minimumPosition(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int smallest = 0xFFFF;
        int index = 0;
        for (int i = 7; i >= 0; i--) {
            int word = Lanes.word(i < 4 ? source.low : source.high, i & 3);
            if (word <= smallest) {
                smallest = word;
                index = i;
            }
        }
        cpu.xmm[2 * insn.reg] = smallest | index << 16;
        cpu.xmm[2 * insn.reg + 1] = 0;
    }

    /** MPSADBW: eight sums of differences of one group of four source bytes to sliding groups of the destination. */
    static void multipleSumsOfDifferences(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int d = 2 * insn.reg;
        long low = cpu.xmm[d];
        long high = cpu.xmm[d + 1];
        int group = 4 * ((int) insn.immediate & 3);
        int start = (insn.immediate & 4) != 0 ? 4 : 0;
        long[] sums = new long[2];
        for (int i = 0; i < 8; i++) {
            int sum = 0;
            for (int j = 0; j < 4; j++) {
                sum += Math.abs(byteAt(low, high, start + i + j) - byteAt(source.low, source.high, group + j));
            }
            sums[i >> 2] |= (long) sum << 16 * (i & 3);
        }
        cpu.xmm[d] = sums[0];
        cpu.xmm[d + 1] = sums[1];
    }

    private static int byteAt(long low, long high, int index) {
        return (int) ((index < 8 ? low : high) >>> 8 * (index & 7)) & 0xFF;
    }

    // --- floating point ---

    /** ROUNDSS and ROUNDPS: bits 0-1 the mode, or bit 2 MXCSR's; bit 3 keeps inexact results from being reported. */
    static SseFloat.Element roundSingle(int control) {
        return (unit, a, b) -> round(unit, BinaryFormat.SINGLE, b, control);
    }

    /** ROUNDSD and ROUNDPD. */
    static SseFloat.Element roundDouble(int control) {
        return (unit, a, b) -> round(unit, BinaryFormat.DOUBLE, b, control);
    }

    private static long round(SseUnit unit, BinaryFormat format, long b, int control) {
        int mode = (control & 4) != 0 ? unit.roundingMode() : control & 3;
        return SoftFloat.roundToInteger(unit, format, b, mode, (control & 8) == 0);
    }

    /** INSERTPS: one single of the source into one place, then zeros where the immediate's low bits say. */
    static void insertSingle(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int control = (int) insn.immediate;
        int from = control >> 6 & 3;
        long value = insn.isMemory()
                ? cpu.load32(insn) & LOW
                : Lanes.dword(cpu.xmm[2 * insn.rm + (from >> 1)], from & 1) & LOW;
        int to = control >> 4 & 3;
        int half = 2 * insn.reg + (to >> 1);
        int shift = 32 * (to & 1);
        cpu.xmm[half] = cpu.xmm[half] & ~(LOW << shift) | value << shift;
        cpu.xmm[2 * insn.reg] &= ~spreadBits(control, 32);
        cpu.xmm[2 * insn.reg + 1] &= ~spreadBits(control >> 2, 32);
    }

    /** DPPD: exceptions of the product come before those of the sum. */
    static void dotProductOfDoubles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
        int control = (int) insn.immediate;
        int d = 2 * insn.reg;
        long low = (control & 0x10) != 0 ? FastFloat.multiplyDouble(unit, cpu.xmm[d], unit.low) : 0;
        long high = (control & 0x20) != 0 ? FastFloat.multiplyDouble(unit, cpu.xmm[d + 1], unit.high) : 0;
        unit.finish(cpu);
        long sum = FastFloat.addDouble(unit.begin(cpu), low, high);
        unit.finish(cpu);
        cpu.xmm[d] = (control & 1) != 0 ? sum : 0;
        cpu.xmm[d + 1] = (control & 2) != 0 ? sum : 0;
    }

    /** DPPS: products, then sums of neighbours, then the sum of those, each with its exceptions. */
    static void dotProductOfSingles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
        int control = (int) insn.immediate;
        int d = 2 * insn.reg;
        long p0 = product(unit, control & 0x10, cpu.xmm[d], unit.low);
        long p1 = product(unit, control & 0x20, cpu.xmm[d] >>> 32, unit.low >>> 32);
        long p2 = product(unit, control & 0x40, cpu.xmm[d + 1], unit.high);
        long p3 = product(unit, control & 0x80, cpu.xmm[d + 1] >>> 32, unit.high >>> 32);
        unit.finish(cpu);
        unit.begin(cpu);
        long lower = FastFloat.addSingle(unit, p0, p1);
        long upper = FastFloat.addSingle(unit, p2, p3);
        unit.finish(cpu);
        long sum = FastFloat.addSingle(unit.begin(cpu), lower, upper);
        unit.finish(cpu);
        cpu.xmm[d] = (sum | sum << 32) & spreadBits(control, 32);
        cpu.xmm[d + 1] = (sum | sum << 32) & spreadBits(control >> 2, 32);
    }

    private static long product(SseUnit unit, int chosen, long a, long b) {
        return chosen != 0 ? FastFloat.multiplySingle(unit, a & LOW, b & LOW) : 0;
    }
}
