package org.margay.cpu.internal.simd;

import java.util.function.Function;
import java.util.function.IntFunction;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * Floating-point arithmetic on XMM registers in its four forms (SDM vol. 1, 10.4.1 and 11.4.1): nothing is written if
 * it faults.
 */
final class SseFloat {
    /** An operation on one element: raw bits of destination and source. */
    @FunctionalInterface
    interface Element {
        long apply(SseUnit unit, long a, long b);
    }

    private static final long LOW = 0xFFFF_FFFFL;

    private SseFloat() {}

    static Handler packedDouble(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
            int d = 2 * insn.reg;
            long low = operation.apply(unit, cpu.xmm[d], unit.low);
            long high = operation.apply(unit, cpu.xmm[d + 1], unit.high);
            unit.finish(cpu);
            cpu.xmm[d] = low;
            cpu.xmm[d + 1] = high;
        };
    }

    static Handler packedSingle(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
            int d = 2 * insn.reg;
            long low = twoSingles(unit, operation, cpu.xmm[d], unit.low);
            long high = twoSingles(unit, operation, cpu.xmm[d + 1], unit.high);
            unit.finish(cpu);
            cpu.xmm[d] = low;
            cpu.xmm[d + 1] = high;
        };
    }

    private static long twoSingles(SseUnit unit, Element operation, long a, long b) {
        return operation.apply(unit, a & LOW, b & LOW) | operation.apply(unit, a >>> 32, b >>> 32) << 32;
    }

    static Handler scalarDouble(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long b = SseUnit.source64(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            long result = operation.apply(unit, cpu.xmm[2 * insn.reg], b);
            unit.finish(cpu);
            cpu.xmm[2 * insn.reg] = result;
        };
    }

    static Handler scalarSingle(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long b = SseUnit.source32(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            long result = operation.apply(unit, cpu.xmm[2 * insn.reg] & LOW, b);
            unit.finish(cpu);
            SseMove.mergeSingle(cpu, insn.reg, result);
        };
    }

    // --- comparison ---

    /** CMPPD and its like: the predicate is the immediate (SDM vol. 2, table 3-1). */
    static Element compareDouble(int predicate) {
        return (unit, a, b) -> holds(FastFloat.compareDouble(unit, a, b, isQuiet(predicate)), predicate) ? -1 : 0;
    }

    static Element compareSingle(int predicate) {
        return (unit, a, b) -> holds(FastFloat.compareSingle(unit, a, b, isQuiet(predicate)), predicate) ? LOW : 0;
    }

    /** Less-than and less-or-equal, negated or not, find quiet NaNs invalid. */
    private static boolean isQuiet(int predicate) {
        return (predicate & 3) == 0 || (predicate & 3) == 3;
    }

    private static boolean holds(int order, int predicate) {
        boolean plain = switch (predicate & 3) {
            case 0 -> order == SoftFloat.EQUAL;
            case 1 -> order == SoftFloat.LESS;
            case 2 -> order == SoftFloat.LESS || order == SoftFloat.EQUAL;
            default -> order == SoftFloat.UNORDERED;
        };
        return plain == ((predicate & 4) == 0);
    }

    /**
     * A handler for each value of the immediate's low bits, so that none looks at it again.
     *
     * @param elements makes the operation for a value
     * @param form one of the four forms above
     */
    static Handler byImmediate(int bits, IntFunction<Element> elements, Function<Element, Handler> form) {
        Handler[] handlers = new Handler[1 << bits];
        for (int i = 0; i < handlers.length; i++) {
            handlers[i] = form.apply(elements.apply(i));
        }
        return (cpu, insn) -> handlers[(int) insn.immediate & handlers.length - 1].execute(cpu, insn);
    }

    /** COMISD, and UCOMISD which is quiet. */
    static Handler flagsOfDoubles(boolean quiet) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long b = SseUnit.source64(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            int order = FastFloat.compareDouble(unit, cpu.xmm[2 * insn.reg], b, quiet);
            unit.finish(cpu);
            setFlags(cpu, order);
        };
    }

    /** COMISS, and UCOMISS which is quiet. */
    static Handler flagsOfSingles(boolean quiet) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            long b = SseUnit.source32(cpu, insn);
            SseUnit unit = cpu.sse.begin(cpu);
            int order = FastFloat.compareSingle(unit, cpu.xmm[2 * insn.reg] & LOW, b, quiet);
            unit.finish(cpu);
            setFlags(cpu, order);
        };
    }

    private static void setFlags(Cpu cpu, int order) {
        LazyFlags.setArithmetic(
                cpu,
                switch (order) {
                    case SoftFloat.LESS -> LazyFlags.CF;
                    case SoftFloat.EQUAL -> LazyFlags.ZF;
                    case SoftFloat.GREATER -> 0;
                    default -> LazyFlags.ZF | LazyFlags.PF | LazyFlags.CF;
                });
    }

    // --- horizontal (SSE3) ---

    /** HADDPD and HSUBPD. */
    static Handler horizontalDouble(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
            int d = 2 * insn.reg;
            long low = operation.apply(unit, cpu.xmm[d], cpu.xmm[d + 1]);
            long high = operation.apply(unit, unit.low, unit.high);
            unit.finish(cpu);
            cpu.xmm[d] = low;
            cpu.xmm[d + 1] = high;
        };
    }

    /** HADDPS and HSUBPS. */
    static Handler horizontalSingle(Element operation) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
            int d = 2 * insn.reg;
            long low = neighbours(unit, operation, cpu.xmm[d], cpu.xmm[d + 1]);
            long high = neighbours(unit, operation, unit.low, unit.high);
            unit.finish(cpu);
            cpu.xmm[d] = low;
            cpu.xmm[d + 1] = high;
        };
    }

    private static long neighbours(SseUnit unit, Element operation, long a, long b) {
        return operation.apply(unit, a & LOW, a >>> 32) | operation.apply(unit, b & LOW, b >>> 32) << 32;
    }

    /** ADDSUBPD: subtracts below, adds above. */
    static void addSubtractDouble(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
        int d = 2 * insn.reg;
        long low = FastFloat.subtractDouble(unit, cpu.xmm[d], unit.low);
        long high = FastFloat.addDouble(unit, cpu.xmm[d + 1], unit.high);
        unit.finish(cpu);
        cpu.xmm[d] = low;
        cpu.xmm[d + 1] = high;
    }

    /** ADDSUBPS: subtracts even elements, adds odd ones. */
    static void addSubtractSingle(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit unit = SseUnit.source(cpu, insn).begin(cpu);
        int d = 2 * insn.reg;
        long low = subtractAndAdd(unit, cpu.xmm[d], unit.low);
        long high = subtractAndAdd(unit, cpu.xmm[d + 1], unit.high);
        unit.finish(cpu);
        cpu.xmm[d] = low;
        cpu.xmm[d + 1] = high;
    }

    private static long subtractAndAdd(SseUnit unit, long a, long b) {
        return FastFloat.subtractSingle(unit, a & LOW, b & LOW) | FastFloat.addSingle(unit, a >>> 32, b >>> 32) << 32;
    }

    // --- shuffles ---

    /** SHUFPS: two elements of the destination, two of the source. */
    static void shuffleSingles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int order = (int) insn.immediate;
        int d = 2 * insn.reg;
        long a0 = cpu.xmm[d];
        long a1 = cpu.xmm[d + 1];
        cpu.xmm[d] = Lanes.dwords(
                Lanes.dword((order & 2) == 0 ? a0 : a1, order & 1),
                Lanes.dword((order & 8) == 0 ? a0 : a1, order >> 2 & 1));
        cpu.xmm[d + 1] = Lanes.dwords(
                Lanes.dword((order & 0x20) == 0 ? source.low : source.high, order >> 4 & 1),
                Lanes.dword((order & 0x80) == 0 ? source.low : source.high, order >> 6 & 1));
    }

    /** SHUFPD. */
    static void shuffleDoubles(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        SseUnit source = SseUnit.source(cpu, insn);
        int d = 2 * insn.reg;
        long low = cpu.xmm[d + ((int) insn.immediate & 1)];
        cpu.xmm[d + 1] = (insn.immediate & 2) == 0 ? source.low : source.high;
        cpu.xmm[d] = low;
    }

    // --- estimates: relative error at most 1.5 * 2^-12, no exceptions; here they are better than they must be ---

    /** RCPPS, RCPSS: denormals count as zeros, and results that would be denormal are zero. */
    static long reciprocal(SseUnit unit, long ignored, long b) {
        float x = Float.intBitsToFloat((int) b);
        if (Float.isNaN(x)) {
            return b & LOW | 1 << 22;
        }
        if (Math.abs(x) < Float.MIN_NORMAL) {
            x = Math.copySign(0, x);
        }
        float result = 1 / x;
        return bits(Math.abs(result) < Float.MIN_NORMAL ? Math.copySign(0, result) : result);
    }

    /** RSQRTPS, RSQRTSS. */
    static long reciprocalRoot(SseUnit unit, long ignored, long b) {
        float x = Float.intBitsToFloat((int) b);
        if (Float.isNaN(x)) {
            return b & LOW | 1 << 22;
        }
        if (Math.abs(x) < Float.MIN_NORMAL) {
            return bits(Math.copySign(Float.POSITIVE_INFINITY, x));
        }
        return x < 0 ? 0xFFC0_0000L : bits((float) (1 / Math.sqrt(x)));
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value) & LOW;
    }
}
