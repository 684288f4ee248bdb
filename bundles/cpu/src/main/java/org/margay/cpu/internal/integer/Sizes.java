package org.margay.cpu.internal.integer;

/** Values of 1, 2, 4 and 8 bytes in a long. */
final class Sizes {
    private Sizes() {}

    static long signExtend(long value, int size) {
        return switch (size) {
            case 1 -> (byte) value;
            case 2 -> (short) value;
            case 4 -> (int) value;
            default -> value;
        };
    }

    static long zeroExtend(long value, int size) {
        return value & -1L >>> (64 - 8 * size);
    }
}
