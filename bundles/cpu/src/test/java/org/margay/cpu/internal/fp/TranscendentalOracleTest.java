package org.margay.cpu.internal.fp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.oracle.HostState;
import org.margay.cpu.oracle.NativeCpu;

/**
 * Transcendental functions against the host's x87, which may err by a unit in the last place: so the results may differ
 * by one.
 */
class TranscendentalOracleTest {
    private static final int ROUNDS = 3000;

    private final HostState host = new HostState();
    private final Accumulator ours = new Accumulator();
    private final Operands80 operands = new Operands80(1);

    @BeforeEach
    void needsHost() {
        assumeTrue(NativeCpu.isAvailable(), "Linux on x86-64");
    }

    private interface Exponents {
        int next();
    }

    private void check(String code, Float80Arithmetic.Binary operation, Exponents first, Exponents second) {
        for (int i = 0; i < ROUNDS; i++) {
            int ea = first.next();
            long a = operands.nextLong() | Long.MIN_VALUE;
            int eb = second.next();
            long b = operands.nextLong() | Long.MIN_VALUE;
            host.fpControl = 0x37F;
            host.fpStatus = 0;
            host.fpTag = 3;
            host.stExponent[0] = ea;
            host.stMantissa[0] = a;
            host.stExponent[1] = eb;
            host.stMantissa[1] = b;
            NativeCpu.get().run(HexFormat.of().parseHex(code.replace(" ", "")), host);
            ours.begin(0x37F);
            operation.apply(ours, ea, a, eb, b);
            String what = "%s %04x:%016x %04x:%016x gives %04x:%016x, host %04x:%016x"
                    .formatted(
                            code, ea, a, eb, b, ours.exponent, ours.mantissa, host.stExponent[0], host.stMantissa[0]);
            assertThat(distance()).as(what).isLessThanOrEqualTo(1);
            assertThat(ours.flags & 0x3F).as(what).isEqualTo(host.fpStatus & 0x3F);
        }
    }

    private static Float80Arithmetic.Binary ofFirst(X87Arithmetic.Unary function) {
        return (to, ea, a, eb, b) -> function.apply(to, ea, a);
    }

    /** Units in the last place between our result and the host's. */
    private long distance() {
        int exponents = (ours.exponent & 0xFFFF) - (host.stExponent[0] & 0xFFFF);
        long difference = ours.mantissa - host.stMantissa[0];
        return switch (exponents) {
            case 0 -> Math.abs(difference);
            // Around a power of two the neighbours are 8000... and ffff... one exponent below.
            case 1 -> difference == Long.MIN_VALUE + 1 ? 1 : Long.MAX_VALUE;
            case -1 -> -difference == Long.MIN_VALUE + 1 ? 1 : Long.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private int between(int low, int high) {
        return Float80.BIAS + low + operands.next(high - low + 1) | (operands.next(2) << 15);
    }

    @Test
    void sine() {
        Float80Arithmetic.Binary sine = ofFirst(Transcendental::sine);
        check("D9 FE", sine, () -> between(-40, 62), () -> 0);
        check("D9 FE", sine, () -> between(-6, 3), () -> 0);
    }

    @Test
    void cosine() {
        Float80Arithmetic.Binary cosine = ofFirst(Transcendental::cosine);
        check("D9 FF", cosine, () -> between(-40, 62), () -> 0);
    }

    @Test
    void tangent() {
        Float80Arithmetic.Binary tangent = ofFirst(Transcendental::tangent);
        check("D9 F2 DD D8", tangent, () -> between(-40, 62), () -> 0);
    }

    @Test
    void arcTangent() {
        check("D9 F3", Transcendental::arcTangent, () -> between(-70, 70), () -> between(-70, 70));
        check("D9 F3", Transcendental::arcTangent, () -> between(-4, 4), () -> between(-4, 4));
    }

    @Test
    void powerOfTwo() {
        Float80Arithmetic.Binary power = ofFirst(Transcendental::powerOfTwoMinusOne);
        check("D9 F0", power, () -> between(-70, -1), () -> 0);
        check("D9 F0", power, () -> between(-3, -1), () -> 0);
    }

    @Test
    void logarithm() {
        check("D9 F1", Transcendental::yLog2, () -> between(-16000, 16000) & 0x7FFF, () -> between(-50, 50));
        check("D9 F1", Transcendental::yLog2, () -> between(-2, 1) & 0x7FFF, () -> between(-2, 2));
    }

    @Test
    void logarithmNearOne() {
        check("D9 F9", Transcendental::yLog2Plus1, () -> between(-70, -3), () -> between(-50, 50));
        check("D9 F9", Transcendental::yLog2Plus1, () -> between(-5, -3), () -> between(-2, 2));
    }
}
