package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.fp.FloatFlags;

/** CVT instructions (SDM vol. 1, 11.4.1.6; figure 11-8). */
final class SseConvert {
    private static final BinaryFormat SINGLE = BinaryFormat.SINGLE, DOUBLE = BinaryFormat.DOUBLE;
    private static final long LOW = 0xFFFF_FFFFL;

    private SseConvert() {}

    private static int mode(SseUnit unit, boolean truncate) {
        return truncate ? FloatFlags.TOWARD_ZERO : unit.roundingMode();
    }

    private static long toInt(SseUnit unit, BinaryFormat format, long bits, boolean truncate) {
        return SoftFloat.toInteger(unit, format, bits, 32, mode(unit, truncate)) & LOW;
    }

    // --- one element: general registers ---

    /** CVTSI2SS, CVTSI2SD. */
    static Handler fromGeneral(BinaryFormat format) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long value = insn.operandSize == 8 ? cpu.readRm(insn, 8) : (int) cpu.readRm(insn, 4);
            SseUnit unit = cpu.sse.begin(cpu);
            long result = SoftFloat.fromInteger(unit, format, value);
            unit.finish(cpu);
            if (format == DOUBLE) {
                cpu.xmm[2 * insn.reg] = result;
            } else {
                SseMove.mergeSingle(cpu, insn.reg, result);
            }
        };
    }

    /** CVTSS2SI, CVTSD2SI and the truncating ones. */
    static Handler toGeneral(BinaryFormat format, boolean truncate) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long b = format == DOUBLE ? SseUnit.source64(cpu, insn) : SseUnit.source32(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            int bits = insn.operandSize == 8 ? 64 : 32;
            long result = SoftFloat.toInteger(unit, format, b, bits, mode(unit, truncate));
            unit.finish(cpu);
            cpu.r[insn.reg] = bits == 64 ? result : result & LOW;
        };
    }

    // --- one element: the other format ---

    /** CVTSS2SD. */
    static void singleToDouble(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long b = SseUnit.source32(cpu, insn);
        SseUnit unit = cpu.sse.begin(cpu);
        long result = SoftFloat.convert(unit, SINGLE, DOUBLE, b);
        unit.finish(cpu);
        cpu.xmm[2 * insn.reg] = result;
    }

    /** CVTSD2SS. */
    static void doubleToSingle(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long b = SseUnit.source64(cpu, insn);
        SseUnit unit = cpu.sse.begin(cpu);
        long result = SoftFloat.convert(unit, DOUBLE, SINGLE, b);
        unit.finish(cpu);
        SseMove.mergeSingle(cpu, insn.reg, result);
    }

    // --- two doubles and the low half of a register ---

    /** CVTPS2PD. */
    static void singlesToDoubles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        widen(cpu, insn, SseUnit.source64(cpu, insn), (unit, x) -> SoftFloat.convert(unit, SINGLE, DOUBLE, x & LOW));
    }

    /** CVTDQ2PD. */
    static void dwordsToDoubles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        widen(cpu, insn, SseUnit.source64(cpu, insn), (unit, x) -> SoftFloat.fromInteger(unit, DOUBLE, (int) x));
    }

    /** An element to another format. */
    @FunctionalInterface
    private interface Conversion {
        long apply(SseUnit unit, long bits);
    }

    private static void widen(Cpu cpu, Insn insn, long source, Conversion conversion) {
        SseUnit unit = cpu.sse.begin(cpu);
        long low = conversion.apply(unit, source);
        long high = conversion.apply(unit, source >>> 32);
        unit.finish(cpu);
        cpu.xmm[2 * insn.reg] = low;
        cpu.xmm[2 * insn.reg + 1] = high;
    }

    /** CVTPD2PS: the upper half is cleared. */
    static void doublesToSingles(Cpu cpu, Insn insn) {
        narrow(cpu, insn, (unit, x) -> SoftFloat.convert(unit, DOUBLE, SINGLE, x));
    }

    /** CVTPD2DQ, CVTTPD2DQ: the upper half is cleared. */
    static Handler doublesToDwords(boolean truncate) {
        return (cpu, insn) -> narrow(cpu, insn, (unit, x) -> toInt(unit, DOUBLE, x, truncate));
    }

    private static void narrow(Cpu cpu, Insn insn, Conversion conversion) {
        SseUnit.check(cpu);
        SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
        long result = conversion.apply(unit, unit.low) | conversion.apply(unit, unit.high) << 32;
        unit.finish(cpu);
        cpu.xmm[2 * insn.reg] = result;
        cpu.xmm[2 * insn.reg + 1] = 0;
    }

    // --- four elements: as packed operations that ignore the destination ---

    /** CVTDQ2PS. */
    static long dwordToSingle(SseUnit unit, long ignored, long b) {
        return SoftFloat.fromInteger(unit, SINGLE, (int) b);
    }

    /** CVTPS2DQ. */
    static long singleToDword(SseUnit unit, long ignored, long b) {
        return toInt(unit, SINGLE, b, false);
    }

    /** CVTTPS2DQ. */
    static long singleToDwordTruncated(SseUnit unit, long ignored, long b) {
        return toInt(unit, SINGLE, b, true);
    }

    // --- MMX registers ---

    /**
     * CVTPI2PS: two integers to singles, the upper half stays. With a memory operand the MMX registers are left alone.
     */
    static void mmxToSingles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        long source = integers(cpu, insn);
        SseUnit unit = cpu.sse.begin(cpu);
        long result = SoftFloat.fromInteger(unit, SINGLE, (int) source)
                | SoftFloat.fromInteger(unit, SINGLE, (int) (source >>> 32)) << 32;
        unit.finish(cpu);
        cpu.xmm[2 * insn.reg] = result;
    }

    /** CVTPI2PD: with a memory operand the MMX registers are left alone. */
    static void mmxToDoubles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        widen(cpu, insn, integers(cpu, insn), (unit, x) -> SoftFloat.fromInteger(unit, DOUBLE, (int) x));
    }

    private static long integers(Cpu cpu, Insn insn) {
        if (insn.isMemory()) {
            return cpu.load64(insn);
        }
        Mmx.check(cpu);
        Mmx.enter(cpu);
        return Mmx.get(cpu, insn.rm);
    }

    /** CVTPS2PI, CVTTPS2PI. */
    static Handler singlesToMmx(boolean truncate) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            Mmx.check(cpu);
            long source = SseUnit.source64(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            long result =
                    toInt(unit, SINGLE, source & LOW, truncate) | toInt(unit, SINGLE, source >>> 32, truncate) << 32;
            Mmx.enter(cpu);
            unit.finish(cpu);
            Mmx.set(cpu, insn.reg, result);
        };
    }

    /** CVTPD2PI, CVTTPD2PI. */
    static Handler doublesToMmx(boolean truncate) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            Mmx.check(cpu);
            SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
            long result = toInt(unit, DOUBLE, unit.low, truncate) | toInt(unit, DOUBLE, unit.high, truncate) << 32;
            Mmx.enter(cpu);
            unit.finish(cpu);
            Mmx.set(cpu, insn.reg, result);
        };
    }
}
