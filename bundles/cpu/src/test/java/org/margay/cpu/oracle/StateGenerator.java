package org.margay.cpu.oracle;

/** A random user state whose stack pointer and string registers are usable. */
final class StateGenerator {
    private static final long ARITHMETIC = 0x8D5, DIRECTION = 0x400, NESTED = 0x4000, ID = 0x20_0000;
    private static final long ALIGNMENT_CHECK = 0x4_0000;
    private static final int AC_PERCENT = Integer.getInteger("margay.oracle.alignment", 3);

    private StateGenerator() {}

    static void randomize(TestCase test, Values values) {
        HostState s = test.input;
        for (int i = 0; i < 16; i++) {
            s.r[i] = values.integer();
        }
        if (test.mode != Mode.BITS64) {
            for (int i = 0; i < 16; i++) {
                s.r[i] = i < 8 ? s.r[i] & 0xFFFF_FFFFL : 0;
            }
        }
        long base = test.mode == Mode.BITS16 ? NativeCpu.SCRATCH : 0;
        s.r[CaseBuilder.SP] =
                CaseBuilder.STACK - base + 8 * values.below(16) + (values.chance(10) ? values.below(8) : 0);
        if (values.chance(2)) {
            s.r[CaseBuilder.SP] =
                    (values.chance(50) ? NativeCpu.SCRATCH : CaseBuilder.SCRATCH_END) - base + values.below(9) - 4;
        }
        s.flags = values.random().nextLong() & ARITHMETIC;
        if (values.chance(20)) {
            s.flags |= values.random().nextLong()
                    & (DIRECTION | NESTED | ID)
                    & NativeCpu.get().flags();
        }
        if (values.chance(AC_PERCENT)) {
            s.flags |= ALIGNMENT_CHECK;
        }
        for (int i = 0; i < 32; i++) {
            s.xmm[i] = values.lane();
        }
        s.mxcsr = values.roundedMxcsr();
        x87(s, values);
    }

    private static void x87(HostState s, Values values) {
        s.fpControl = values.fpControl();
        s.fpStatus = values.below(8) << 11 | values.below(16) % 8 << 8 | (values.chance(50) ? 0x4000 : 0);
        if (values.chance(40)) {
            s.fpStatus |= values.below(0x80);
        }
        if ((s.fpStatus & ~s.fpControl & 0x3F) != 0) {
            s.fpStatus |= 0x8080; // error summary and busy follow the flags and masks
        }
        s.fpTag = values.chance(55) ? 0xFF : values.chance(30) ? 0 : values.below(256);
        for (int i = 0; i < 8; i++) {
            s.stExponent[i] = values.extendedExponent();
            s.stMantissa[i] = values.extendedMantissa(s.stExponent[i]);
            if (values.chance(20)) { // an integer
                fromLong(s, i, values.integer());
            } else if (values.chance(10)) { // an MMX register
                s.stExponent[i] = 0xFFFF;
                s.stMantissa[i] = values.integer();
            }
        }
    }

    private static void fromLong(HostState s, int i, long value) {
        int sign = value < 0 ? 0x8000 : 0;
        long magnitude = Math.abs(value);
        if (magnitude == 0) {
            s.stExponent[i] = sign;
            s.stMantissa[i] = 0;
            return;
        }
        int shift = Long.numberOfLeadingZeros(magnitude);
        s.stMantissa[i] = magnitude << shift;
        s.stExponent[i] = sign | 0x3FFF + 63 - shift;
    }
}
