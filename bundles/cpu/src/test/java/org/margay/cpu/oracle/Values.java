package org.margay.cpu.oracle;

import java.util.SplittableRandom;

/** Random operands, with the values that break implementations far more often than chance would bring them. */
final class Values {
    private static final long[] DOUBLES = {
        0,
        0x8000_0000_0000_0000L, // -0
        0x3FF0_0000_0000_0000L, // 1
        0xBFF0_0000_0000_0000L, // -1
        0x7FF0_0000_0000_0000L, // infinity
        0xFFF0_0000_0000_0000L,
        0x7FF8_0000_0000_0000L, // quiet NaN
        0xFFF8_0000_0000_0000L, // the default NaN
        0x7FF0_0000_0000_0001L, // signalling NaN
        0xFFF4_0000_1234_5678L,
        0x7FF8_DEAD_BEEF_0001L,
        0x0000_0000_0000_0001L, // denormals
        0x800F_FFFF_FFFF_FFFFL,
        0x0010_0000_0000_0000L, // smallest normal
        0x7FEF_FFFF_FFFF_FFFFL, // largest
        0x41DF_FFFF_FFC0_0000L, // 2^31 - 1
        0x41E0_0000_0000_0000L, // 2^31
        0xC1E0_0000_0000_0000L,
        0x43E0_0000_0000_0000L, // 2^63
        0xC3E0_0000_0000_0000L,
        0x3FE0_0000_0000_0000L, // 0.5
        0x4004_0000_0000_0000L, // 2.5
        0x36A0_0000_0000_0000L, // 2^-149, the smallest single denormal
        0x3690_0000_0000_0000L,
        0x47EF_FFFF_E000_0000L, // the largest single
        0x47EF_FFFF_F000_0000L // rounds to single infinity
    };

    private static final int[] FLOATS = {
        0,
        0x8000_0000,
        0x3F80_0000,
        0xBF80_0000,
        0x7F80_0000,
        0xFF80_0000,
        0x7FC0_0000,
        0xFFC0_0000,
        0x7F80_0001,
        0xFFA0_1234,
        0x7FC0_BEEF,
        0x0000_0001,
        0x807F_FFFF,
        0x0080_0000,
        0x7F7F_FFFF,
        0x4EFF_FFFF,
        0x4F00_0000,
        0xCF00_0000,
        0x5F00_0000,
        0x3F00_0000,
        0x4020_0000
    };

    private static final int[] EXTENDED_EXPONENTS = {
        0, 1, 0x3FFE, 0x3FFF, 0x4000, 0x403D, 0x403E, 0x403F, 0x7FFE, 0x7FFF
    };

    private static final long[] EXTENDED_MANTISSAS = {
        0,
        0x8000_0000_0000_0000L,
        0xC000_0000_0000_0000L,
        0xFFFF_FFFF_FFFF_FFFFL,
        0x8000_0000_0000_0001L,
        0x0000_0000_0000_0001L,
        0x7FFF_FFFF_FFFF_FFFFL,
        0x4000_0000_0000_0000L,
        0xA000_0000_0000_0000L,
        0x8000_0000_0000_0400L, // half a unit of double precision
        0x8000_0080_0000_0000L // and of single precision
    };

    private final SplittableRandom random;

    Values(SplittableRandom random) {
        this.random = random;
    }

    SplittableRandom random() {
        return random;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A 64-bit integer: small, near a boundary of 8, 16, 32 or 64 bits, one bit, a mask, or anything. */
    long integer() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt(-2, 3);
            case 1 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
            case 2 -> boundary();
            case 3 -> boundary() << 32 | boundary() & 0xFFFF_FFFFL;
            case 4 -> random.nextLong() >> random.nextInt(64);
            case 5 -> random.nextLong() >>> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    private long boundary() {
        int bits = 8 << random.nextInt(4);
        long edge = random.nextBoolean() ? (1L << bits - 1) : bits == 64 ? 0 : 1L << bits;
        return (random.nextBoolean() ? edge : -edge) + random.nextInt(-1, 2);
    }

    long doubleBits() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> DOUBLES[random.nextInt(DOUBLES.length)];
            case 3 -> Double.doubleToRawLongBits(random.nextInt(-1000, 1000) / 8.0);
            case 4 -> Double.doubleToRawLongBits(random.nextLong() >> random.nextInt(64));
            case 5, 6 -> randomSign(0x3FF0_0000_0000_0000L + ((long) random.nextInt(-70, 70) << 52), 52);
            default -> random.nextLong();
        };
    }

    private long randomSign(long base, int fractionBits) {
        return base | random.nextLong() & (1L << 63 | (1L << fractionBits) - 1);
    }

    int floatBits() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> FLOATS[random.nextInt(FLOATS.length)];
            case 3 -> Float.floatToRawIntBits(random.nextInt(-1000, 1000) / 8.0f);
            case 4 -> Float.floatToRawIntBits(random.nextInt() >> random.nextInt(32));
            case 5, 6 -> 0x3F80_0000 + (random.nextInt(-40, 40) << 23) | random.nextInt() & 0x807F_FFFF;
            default -> random.nextInt();
        };
    }

    /** Eight bytes of a vector: integers, doubles or two singles. */
    long lane() {
        return switch (random.nextInt(4)) {
            case 0 -> integer();
            case 1, 2 -> doubleBits();
            default -> (long) floatBits() << 32 | floatBits() & 0xFFFF_FFFFL;
        };
    }

    /** Sign and biased exponent of an extended real. */
    int extendedExponent() {
        int exponent = switch (random.nextInt(8)) {
            case 0, 1 -> EXTENDED_EXPONENTS[random.nextInt(EXTENDED_EXPONENTS.length)];
            case 2, 3, 4, 5 -> 0x3FFF + random.nextInt(-70, 71);
            case 6 ->
                0x3FFF
                        + (random.nextBoolean() ? 1 : -1) * (random.nextInt(4) == 0 ? 1023 : 127)
                        + random.nextInt(-2, 3);
            default -> random.nextInt(0x8000);
        };
        return exponent | random.nextInt(2) << 15;
    }

    /**
     * A significand to go with {@code exponent}: mostly well-formed (integer bit set unless denormal), sometimes
     * unsupported.
     */
    long extendedMantissa(int exponent) {
        long mantissa = switch (random.nextInt(6)) {
            case 0, 1 -> EXTENDED_MANTISSAS[random.nextInt(EXTENDED_MANTISSAS.length)];
            case 2 -> random.nextLong() << random.nextInt(64);
            default -> random.nextLong();
        };
        if (chance(90)) {
            boolean denormal = (exponent & 0x7FFF) == 0;
            mantissa = denormal ? mantissa & Long.MAX_VALUE : mantissa | Long.MIN_VALUE;
        }
        return mantissa;
    }

    int roundedMxcsr() {
        int mxcsr = 0x1F80 | random.nextInt(4) << 13 | (chance(50) ? random.nextInt(64) : 0);
        if (chance(15)) {
            mxcsr |= 0x8000; // flush to zero
        }
        if (chance(15)) {
            mxcsr |= 0x40; // denormals are zeros
        }
        return chance(12) ? mxcsr & ~(random.nextInt(64) << 7) : mxcsr;
    }

    int fpControl() {
        int control = 0x7F | random.nextInt(4) << 10 | (chance(60) ? 3 : random.nextInt(4)) << 8;
        return chance(12) ? control & ~random.nextInt(64) : control;
    }
}
