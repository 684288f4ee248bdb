package org.margay.cpu.internal.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.fp.FloatBench;
import org.margay.cpu.internal.fp.FloatFlags;

/** The slow path against Java's arithmetic, and the fast path against the slow one, flags included. */
class SoftFloatTest {
    private static final BinaryFormat SINGLE = BinaryFormat.SINGLE, DOUBLE = BinaryFormat.DOUBLE;
    private static final int ROUNDS = 20_000;

    private final FloatBench bench = new FloatBench();
    private final Cpu cpu = bench.cpu;
    private final SplittableRandom random = new SplittableRandom(11);

    @AfterEach
    void close() {
        bench.close();
    }

    private SseUnit unit(int mxcsr) {
        cpu.mxcsr = mxcsr;
        return cpu.sse.begin(cpu);
    }

    /** Doubles of every kind, neighbours in magnitude more often than not. */
    private long operand() {
        long fraction = random.nextLong() & (1L << 52) - 1;
        long field = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(0x7FF);
            case 2 -> 1 + random.nextInt(60);
            case 3 -> 0x7FE - random.nextInt(60);
            default -> 0x3FF - 30 + random.nextInt(60);
        };
        long cut = random.nextInt(3) == 0 ? -1L << random.nextInt(53) : -1;
        return random.nextLong() & 1L << 63 | field << 52 | fraction & cut;
    }

    private static void assertSame(String what, long actual, double expected) {
        assertThat(Double.longBitsToDouble(actual)).as(what).isEqualTo(expected);
    }

    @Test
    void roundsToNearestAsJavaDoes() {
        for (int i = 0; i < ROUNDS; i++) {
            long a = operand();
            long b = operand();
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            String what = x + " and " + y;
            SseUnit unit = unit(0x1F80);
            assertSame(what, SoftFloat.add(unit, DOUBLE, a, b), x + y);
            assertSame(what, SoftFloat.subtract(unit, DOUBLE, a, b), x - y);
            assertSame(what, SoftFloat.multiply(unit, DOUBLE, a, b), x * y);
            if (y != 0) {
                assertSame(what, SoftFloat.divide(unit, DOUBLE, a, b), x / y);
            }
            if (x >= 0) {
                assertSame(what, SoftFloat.squareRoot(unit, DOUBLE, a), Math.sqrt(x));
            }
            long single = SoftFloat.convert(unit, DOUBLE, SINGLE, a);
            assertThat((int) single).as(what).isEqualTo(Float.floatToRawIntBits((float) x));
        }
    }

    @Test
    void directedRoundingEnclosesTheTruth() {
        for (int i = 0; i < ROUNDS / 10; i++) {
            long a = Double.doubleToRawLongBits(random.nextDouble(-1e6, 1e6));
            long b = Double.doubleToRawLongBits(random.nextDouble(-1e3, 1e3));
            BigDecimal exact =
                    new BigDecimal(Double.longBitsToDouble(a)).multiply(new BigDecimal(Double.longBitsToDouble(b)));
            double down = Double.longBitsToDouble(SoftFloat.multiply(unit(0x3F80), DOUBLE, a, b));
            double up = Double.longBitsToDouble(SoftFloat.multiply(unit(0x5F80), DOUBLE, a, b));
            double cut = Double.longBitsToDouble(SoftFloat.multiply(unit(0x7F80), DOUBLE, a, b));
            assertThat(new BigDecimal(down)).isLessThanOrEqualTo(exact);
            assertThat(new BigDecimal(up)).isGreaterThanOrEqualTo(exact);
            assertThat(up).isIn(down, Math.nextUp(down));
            assertThat(cut).isEqualTo(exact.signum() < 0 ? up : down);
        }
    }

    @Test
    void theFastPathGivesWhatTheSlowOneGives() {
        for (int i = 0; i < ROUNDS; i++) {
            long a = operand();
            long b = operand();
            check("add", a, b, FastFloat::addDouble, (u, x, y) -> SoftFloat.add(u, DOUBLE, x, y));
            check("sub", a, b, FastFloat::subtractDouble, (u, x, y) -> SoftFloat.subtract(u, DOUBLE, x, y));
            check("mul", a, b, FastFloat::multiplyDouble, (u, x, y) -> SoftFloat.multiply(u, DOUBLE, x, y));
            check("div", a, b, FastFloat::divideDouble, (u, x, y) -> SoftFloat.divide(u, DOUBLE, x, y));
            check("sqrt", a, b, FastFloat::squareRootDouble, (u, x, y) -> SoftFloat.squareRoot(u, DOUBLE, y));
            check("min", a, b, FastFloat::minDouble, (u, x, y) -> SoftFloat.min(u, DOUBLE, x, y));
            check("max", a, b, FastFloat::maxDouble, (u, x, y) -> SoftFloat.max(u, DOUBLE, x, y));
            long c = a >>> 32;
            long d = b >>> 32;
            check("addss", c, d, FastFloat::addSingle, (u, x, y) -> SoftFloat.add(u, SINGLE, x, y));
            check("subss", c, d, FastFloat::subtractSingle, (u, x, y) -> SoftFloat.subtract(u, SINGLE, x, y));
            check("mulss", c, d, FastFloat::multiplySingle, (u, x, y) -> SoftFloat.multiply(u, SINGLE, x, y));
            check("divss", c, d, FastFloat::divideSingle, (u, x, y) -> SoftFloat.divide(u, SINGLE, x, y));
            check("sqrtss", c, d, FastFloat::squareRootSingle, (u, x, y) -> SoftFloat.squareRoot(u, SINGLE, y));
        }
    }

    private void check(String name, long a, long b, SseFloat.Element fast, SseFloat.Element slow) {
        for (int mxcsr : new int[] {0x1F80, 0x1FA0, 0x9F80}) {
            SseUnit unit = unit(mxcsr);
            long expected = slow.apply(unit, a, b);
            int expectedFlags = unit.flags & FloatFlags.ALL | mxcsr & FloatFlags.ALL;
            unit = unit(mxcsr);
            long actual = fast.apply(unit, a, b);
            String what = "%s %016x %016x mxcsr %04x".formatted(name, a, b, mxcsr);
            assertThat(actual).as(what).isEqualTo(expected);
            assertThat(unit.flags & FloatFlags.ALL | mxcsr & FloatFlags.ALL)
                    .as(what)
                    .isEqualTo(expectedFlags);
        }
    }
}
