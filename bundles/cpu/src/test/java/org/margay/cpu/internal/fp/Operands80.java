package org.margay.cpu.internal.fp;

import java.util.SplittableRandom;

/**
 * Random 80-bit operands that like the edges: zeros, denormals, unsupported encodings, NaNs, neighbours of powers of
 * two.
 */
final class Operands80 {
    private final SplittableRandom random;

    Operands80(long seed) {
        random = new SplittableRandom(seed);
    }

    int next(int bound) {
        return random.nextInt(bound);
    }

    long nextLong() {
        return random.nextLong();
    }

    int exponent() {
        int magnitude = switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 0x7FFF;
            case 2 -> 1 + random.nextInt(70);
            case 3 -> 0x7FFE - random.nextInt(70);
            case 4 -> random.nextInt(0x8000);
            case 5 -> 0x3C00 + random.nextInt(0x800);
            default -> 0x3FFF - 80 + random.nextInt(160);
        };
        return magnitude | (random.nextBoolean() ? 0x8000 : 0);
    }

    long mantissa() {
        long integerBit = random.nextInt(16) == 0 ? 0 : 1L << 63;
        return integerBit
                | switch (random.nextInt(9)) {
                            case 0 -> 0;
                            case 1 -> 1L << random.nextInt(64);
                            case 2 -> -1L << random.nextInt(64);
                            case 3 -> -1L >>> random.nextInt(64);
                            case 4 -> random.nextLong() << random.nextInt(64);
                            case 5 -> random.nextLong() & -1L << 40;
                            default -> random.nextLong();
                        }
                        & (integerBit == 0 ? Long.MAX_VALUE : -1);
    }

    /** A control word with everything masked, in any rounding and precision mode. */
    int control() {
        int[] precisions = {0, 2, 3, 3, 3};
        return 0x3F | precisions[random.nextInt(5)] << 8 | random.nextInt(4) << 10;
    }
}
