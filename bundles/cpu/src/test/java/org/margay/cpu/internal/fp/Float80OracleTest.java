package org.margay.cpu.internal.fp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.margay.cpu.oracle.HostState;
import org.margay.cpu.oracle.NativeCpu;

/** 80-bit arithmetic against the host's own x87. */
class Float80OracleTest {
    private static final int ROUNDS = 40_000;
    private static final int C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000;

    private final HostState host = new HostState();
    private final Accumulator ours = new Accumulator();

    @BeforeEach
    void needsHost() {
        assumeTrue(NativeCpu.isAvailable(), "Linux on x86-64");
    }

    @TestFactory
    DynamicTest[] binary() {
        return new DynamicTest[] {
            binary("fadd", "D8 C1", Float80Arithmetic::add),
            binary("fsub", "D8 E1", Float80Arithmetic::subtract),
            binary("fsubr", "D8 E9", Float80Arithmetic::subtractReversed),
            binary("fmul", "D8 C9", Float80Arithmetic::multiply),
            binary("fdiv", "D8 F1", Float80Arithmetic::divide),
            binary("fdivr", "D8 F9", Float80Arithmetic::divideReversed),
            binary("fscale", "D9 FD", Float80Remainder::scale),
            binary("fprem", "D9 F8", Float80Remainder::truncating),
            binary("fprem1", "D9 F5", Float80Remainder::nearest),
            binary("fsqrt", "D9 FA", (to, ea, a, eb, b) -> Float80Arithmetic.squareRoot(to, ea, a)),
            binary("frndint", "D9 FC", (to, ea, a, eb, b) -> Float80Convert.roundToInteger(to, ea, a)),
        };
    }

    private DynamicTest binary(String name, String code, Float80Arithmetic.Binary operation) {
        return DynamicTest.dynamicTest(name, () -> {
            Operands80 operands = new Operands80(name.hashCode());
            boolean remainder = name.startsWith("fprem");
            for (int i = 0; i < ROUNDS; i++) {
                int control = operands.control();
                if (i % 8 == 0) {
                    control &= ~(1 << operands.next(6));
                }
                int ea = operands.exponent();
                long a = operands.mantissa();
                int eb = operands.exponent();
                long b = operands.mantissa();
                run(code, control, ea, a, eb, b);
                ours.begin(control);
                operation.apply(ours, ea, a, eb, b);
                if (ours.suppressed()) {
                    ours.set(ea, a);
                }
                String what = "%s cw %04x %04x:%016x %04x:%016x".formatted(name, control, ea, a, eb, b);
                assertThat(result(ours.exponent, ours.mantissa))
                        .as(what)
                        .isEqualTo(result(host.stExponent[0], host.stMantissa[0]));
                assertThat(ours.suppressed() ? ours.flags & 7 : ours.flags & 0x3F)
                        .as(what + " flags")
                        .isEqualTo(host.fpStatus & 0x3F);
                if (ours.suppressed()) {
                    continue;
                }
                if (remainder) {
                    int bits = ours.incomplete
                            ? C2
                            : (ours.quotient & 4) << 6 | (ours.quotient & 2) << 13 | (ours.quotient & 1) << 9;
                    if ((ours.flags & FloatFlags.INVALID) == 0) {
                        assertThat(bits).as(what + " C").isEqualTo(host.fpStatus & (C0 | C1 | C2 | C3));
                    }
                } else if ((ours.flags & FloatFlags.PRECISION) != 0) {
                    assertThat(ours.flags & C1).as(what + " C1").isEqualTo(host.fpStatus & C1);
                }
            }
        });
    }

    private static String result(int exponent, long mantissa) {
        return "%04x:%016x".formatted(exponent & 0xFFFF, mantissa);
    }

    private void run(String code, int control, int ea, long a, int eb, long b) {
        host.fpControl = control;
        host.fpStatus = 0;
        host.fpTag = 0xFF;
        host.stExponent[0] = ea;
        host.stMantissa[0] = a;
        host.stExponent[1] = eb;
        host.stMantissa[1] = b;
        host.r[4] = NativeCpu.SCRATCH + 0x8000;
        NativeCpu.get().run(HexFormat.of().parseHex(code.replace(" ", "")), host);
    }
}
