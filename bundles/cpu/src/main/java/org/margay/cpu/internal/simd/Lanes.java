package org.margay.cpu.internal.simd;

import java.util.function.IntBinaryOperator;

/** Element by element over 64 bits. The operators are constants, so that they end up inlined. */
final class Lanes {
    private Lanes() {}

    static long signedBytes(long a, long b, IntBinaryOperator operator) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            result |= (operator.applyAsInt((byte) (a >>> shift), (byte) (b >>> shift)) & 0xFFL) << shift;
        }
        return result;
    }

    static long unsignedBytes(long a, long b, IntBinaryOperator operator) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            int x = (int) (a >>> shift) & 0xFF;
            int y = (int) (b >>> shift) & 0xFF;
            result |= (operator.applyAsInt(x, y) & 0xFFL) << shift;
        }
        return result;
    }

    static long signedWords(long a, long b, IntBinaryOperator operator) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 16) {
            result |= (operator.applyAsInt((short) (a >>> shift), (short) (b >>> shift)) & 0xFFFFL) << shift;
        }
        return result;
    }

    static long unsignedWords(long a, long b, IntBinaryOperator operator) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 16) {
            int x = (int) (a >>> shift) & 0xFFFF;
            int y = (int) (b >>> shift) & 0xFFFF;
            result |= (operator.applyAsInt(x, y) & 0xFFFFL) << shift;
        }
        return result;
    }

    static long dwords(long a, long b, IntBinaryOperator operator) {
        return dwords(operator.applyAsInt((int) a, (int) b), operator.applyAsInt((int) (a >>> 32), (int) (b >>> 32)));
    }

    static long dwords(int low, int high) {
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }

    static int word(long a, int index) {
        return (int) (a >>> 16 * index) & 0xFFFF;
    }

    static int signedWord(long a, int index) {
        return (short) (a >>> 16 * index);
    }

    static int dword(long a, int index) {
        return (int) (a >>> 32 * index);
    }

    static int saturateByte(int value) {
        return Math.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    static int saturateUnsignedByte(int value) {
        return Math.clamp(value, 0, 0xFF);
    }

    static int saturateWord(int value) {
        return Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    static int saturateUnsignedWord(int value) {
        return Math.clamp(value, 0, 0xFFFF);
    }
}
