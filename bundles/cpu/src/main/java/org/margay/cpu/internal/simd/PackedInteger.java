package org.margay.cpu.internal.simd;

/**
 * Packed integer arithmetic on 64 bits, destination first; MMX uses it once, SSE twice (SDM vol. 1, 9.4 and 11.4.2).
 * What pairs neighbours (packs, horizontal sums) gives the low half of its result from {@code a}, the high half from
 * {@code b}.
 */
public final class PackedInteger {
    private static final long BYTE_TOPS = 0x8080_8080_8080_8080L;
    private static final long WORD_TOPS = 0x8000_8000_8000_8000L;

    private PackedInteger() {}

    // --- addition and subtraction: carries are kept from crossing by leaving out the top bits ---

    public static long addBytes(long a, long b) {
        return (a & ~BYTE_TOPS) + (b & ~BYTE_TOPS) ^ (a ^ b) & BYTE_TOPS;
    }

    public static long addWords(long a, long b) {
        return (a & ~WORD_TOPS) + (b & ~WORD_TOPS) ^ (a ^ b) & WORD_TOPS;
    }

    public static long addDwords(long a, long b) {
        return Lanes.dwords((int) a + (int) b, (int) (a >>> 32) + (int) (b >>> 32));
    }

    public static long addQwords(long a, long b) {
        return a + b;
    }

    public static long subtractBytes(long a, long b) {
        return (a | BYTE_TOPS) - (b & ~BYTE_TOPS) ^ (a ^ ~b) & BYTE_TOPS;
    }

    public static long subtractWords(long a, long b) {
        return (a | WORD_TOPS) - (b & ~WORD_TOPS) ^ (a ^ ~b) & WORD_TOPS;
    }

    public static long subtractDwords(long a, long b) {
        return Lanes.dwords((int) a - (int) b, (int) (a >>> 32) - (int) (b >>> 32));
    }

    public static long subtractQwords(long a, long b) {
        return a - b;
    }

    public static long addSaturatedBytes(long a, long b) {
        return Lanes.signedBytes(a, b, (x, y) -> Lanes.saturateByte(x + y));
    }

    public static long addSaturatedWords(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> Lanes.saturateWord(x + y));
    }

    public static long addUnsignedBytes(long a, long b) {
        return Lanes.unsignedBytes(a, b, (x, y) -> Math.min(x + y, 0xFF));
    }

    public static long addUnsignedWords(long a, long b) {
        return Lanes.unsignedWords(a, b, (x, y) -> Math.min(x + y, 0xFFFF));
    }

    public static long subtractSaturatedBytes(long a, long b) {
        return Lanes.signedBytes(a, b, (x, y) -> Lanes.saturateByte(x - y));
    }

    public static long subtractSaturatedWords(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> Lanes.saturateWord(x - y));
    }

    public static long subtractUnsignedBytes(long a, long b) {
        return Lanes.unsignedBytes(a, b, (x, y) -> Math.max(x - y, 0));
    }

    public static long subtractUnsignedWords(long a, long b) {
        return Lanes.unsignedWords(a, b, (x, y) -> Math.max(x - y, 0));
    }

    // --- multiplication ---

    public static long multiplyLow(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> x * y);
    }

    public static long multiplyHigh(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> x * y >> 16);
    }

    public static long multiplyHighUnsigned(long a, long b) {
        return Lanes.unsignedWords(a, b, (x, y) -> x * y >>> 16);
    }

    public static long multiplyHighRounded(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> (x * y >> 14) + 1 >> 1);
    }

    public static long multiplyLowDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> x * y);
    }

    public static long multiplyUnsignedDwords(long a, long b) {
        return (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL);
    }

    public static long multiplySignedDwords(long a, long b) {
        return (long) (int) a * (int) b;
    }

    public static long multiplyAddWords(long a, long b) {
        int low = Lanes.signedWord(a, 0) * Lanes.signedWord(b, 0) + Lanes.signedWord(a, 1) * Lanes.signedWord(b, 1);
        int high = Lanes.signedWord(a, 2) * Lanes.signedWord(b, 2) + Lanes.signedWord(a, 3) * Lanes.signedWord(b, 3);
        return Lanes.dwords(low, high);
    }

    /** Bytes of {@code a} are unsigned, those of {@code b} signed. */
    public static long multiplyAddBytes(long a, long b) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 16) {
            int low = ((int) (a >>> shift) & 0xFF) * (byte) (b >>> shift);
            int high = ((int) (a >>> shift + 8) & 0xFF) * (byte) (b >>> shift + 8);
            result |= (Lanes.saturateWord(low + high) & 0xFFFFL) << shift;
        }
        return result;
    }

    // --- comparison, extremes, averages ---

    public static long equalBytes(long a, long b) {
        return Lanes.signedBytes(a, b, (x, y) -> x == y ? -1 : 0);
    }

    public static long equalWords(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> x == y ? -1 : 0);
    }

    public static long equalDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> x == y ? -1 : 0);
    }

    public static long equalQwords(long a, long b) {
        return a == b ? -1 : 0;
    }

    public static long greaterBytes(long a, long b) {
        return Lanes.signedBytes(a, b, (x, y) -> x > y ? -1 : 0);
    }

    public static long greaterWords(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> x > y ? -1 : 0);
    }

    public static long greaterDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> x > y ? -1 : 0);
    }

    public static long greaterQwords(long a, long b) {
        return a > b ? -1 : 0;
    }

    public static long minUnsignedBytes(long a, long b) {
        return Lanes.unsignedBytes(a, b, Math::min);
    }

    public static long maxUnsignedBytes(long a, long b) {
        return Lanes.unsignedBytes(a, b, Math::max);
    }

    public static long minSignedBytes(long a, long b) {
        return Lanes.signedBytes(a, b, Math::min);
    }

    public static long maxSignedBytes(long a, long b) {
        return Lanes.signedBytes(a, b, Math::max);
    }

    public static long minSignedWords(long a, long b) {
        return Lanes.signedWords(a, b, Math::min);
    }

    public static long maxSignedWords(long a, long b) {
        return Lanes.signedWords(a, b, Math::max);
    }

    public static long minUnsignedWords(long a, long b) {
        return Lanes.unsignedWords(a, b, Math::min);
    }

    public static long maxUnsignedWords(long a, long b) {
        return Lanes.unsignedWords(a, b, Math::max);
    }

    public static long minSignedDwords(long a, long b) {
        return Lanes.dwords(a, b, Math::min);
    }

    public static long maxSignedDwords(long a, long b) {
        return Lanes.dwords(a, b, Math::max);
    }

    public static long minUnsignedDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> Integer.compareUnsigned(x, y) < 0 ? x : y);
    }

    public static long maxUnsignedDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> Integer.compareUnsigned(x, y) > 0 ? x : y);
    }

    public static long averageBytes(long a, long b) {
        return Lanes.unsignedBytes(a, b, (x, y) -> x + y + 1 >> 1);
    }

    public static long averageWords(long a, long b) {
        return Lanes.unsignedWords(a, b, (x, y) -> x + y + 1 >> 1);
    }

    public static long sumOfDifferences(long a, long b) {
        int sum = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            sum += Math.abs(((int) (a >>> shift) & 0xFF) - ((int) (b >>> shift) & 0xFF));
        }
        return sum;
    }

    // --- bits ---

    public static long and(long a, long b) {
        return a & b;
    }

    public static long andNot(long a, long b) {
        return ~a & b;
    }

    public static long or(long a, long b) {
        return a | b;
    }

    public static long xor(long a, long b) {
        return a ^ b;
    }

    // --- signs and magnitudes ---

    public static long signBytes(long a, long b) {
        return Lanes.signedBytes(a, b, (x, y) -> x * Integer.signum(y));
    }

    public static long signWords(long a, long b) {
        return Lanes.signedWords(a, b, (x, y) -> x * Integer.signum(y));
    }

    public static long signDwords(long a, long b) {
        return Lanes.dwords(a, b, (x, y) -> x * Integer.signum(y));
    }

    public static long absoluteBytes(long ignored, long b) {
        return Lanes.signedBytes(b, b, (x, y) -> Math.abs(x));
    }

    public static long absoluteWords(long ignored, long b) {
        return Lanes.signedWords(b, b, (x, y) -> Math.abs(x));
    }

    public static long absoluteDwords(long ignored, long b) {
        return Lanes.dwords(b, b, (x, y) -> Math.abs(x));
    }

    // --- pairs of neighbours ---

    public static long packSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 4; i++) {
            result |= (Lanes.saturateByte(Lanes.signedWord(a, i)) & 0xFFL) << 8 * i;
            result |= (Lanes.saturateByte(Lanes.signedWord(b, i)) & 0xFFL) << 8 * i + 32;
        }
        return result;
    }

    public static long packUnsignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 4; i++) {
            result |= (long) Lanes.saturateUnsignedByte(Lanes.signedWord(a, i)) << 8 * i;
            result |= (long) Lanes.saturateUnsignedByte(Lanes.signedWord(b, i)) << 8 * i + 32;
        }
        return result;
    }

    public static long packSignedDwords(long a, long b) {
        return words(
                Lanes.saturateWord(Lanes.dword(a, 0)),
                Lanes.saturateWord(Lanes.dword(a, 1)),
                Lanes.saturateWord(Lanes.dword(b, 0)),
                Lanes.saturateWord(Lanes.dword(b, 1)));
    }

    public static long packUnsignedDwords(long a, long b) {
        return words(
                Lanes.saturateUnsignedWord(Lanes.dword(a, 0)),
                Lanes.saturateUnsignedWord(Lanes.dword(a, 1)),
                Lanes.saturateUnsignedWord(Lanes.dword(b, 0)),
                Lanes.saturateUnsignedWord(Lanes.dword(b, 1)));
    }

    private static long words(int w0, int w1, int w2, int w3) {
        return w0 & 0xFFFFL | (w1 & 0xFFFFL) << 16 | (w2 & 0xFFFFL) << 32 | (w3 & 0xFFFFL) << 48;
    }

    public static long horizontalAddWords(long a, long b) {
        return words(pairSum(a, 0), pairSum(a, 2), pairSum(b, 0), pairSum(b, 2));
    }

    public static long horizontalAddSaturatedWords(long a, long b) {
        return words(
                Lanes.saturateWord(pairSum(a, 0)),
                Lanes.saturateWord(pairSum(a, 2)),
                Lanes.saturateWord(pairSum(b, 0)),
                Lanes.saturateWord(pairSum(b, 2)));
    }

    public static long horizontalAddDwords(long a, long b) {
        return Lanes.dwords(Lanes.dword(a, 0) + Lanes.dword(a, 1), Lanes.dword(b, 0) + Lanes.dword(b, 1));
    }

    public static long horizontalSubtractWords(long a, long b) {
        return words(pairDifference(a, 0), pairDifference(a, 2), pairDifference(b, 0), pairDifference(b, 2));
    }

    public static long horizontalSubtractSaturatedWords(long a, long b) {
        return words(
                Lanes.saturateWord(pairDifference(a, 0)),
                Lanes.saturateWord(pairDifference(a, 2)),
                Lanes.saturateWord(pairDifference(b, 0)),
                Lanes.saturateWord(pairDifference(b, 2)));
    }

    public static long horizontalSubtractDwords(long a, long b) {
        return Lanes.dwords(Lanes.dword(a, 0) - Lanes.dword(a, 1), Lanes.dword(b, 0) - Lanes.dword(b, 1));
    }

    private static int pairSum(long a, int index) {
        return Lanes.signedWord(a, index) + Lanes.signedWord(a, index + 1);
    }

    private static int pairDifference(long a, int index) {
        return Lanes.signedWord(a, index) - Lanes.signedWord(a, index + 1);
    }

    // --- interleaving ---

    public static long interleaveLowBytes(long a, long b) {
        return spreadBytes(a) | spreadBytes(b) << 8;
    }

    public static long interleaveHighBytes(long a, long b) {
        return interleaveLowBytes(a >>> 32, b >>> 32);
    }

    /** The low four bytes, each into a word. */
    private static long spreadBytes(long a) {
        return a & 0xFF | (a & 0xFF00) << 8 | (a & 0xFF_0000) << 16 | (a & 0xFF00_0000L) << 24;
    }

    public static long interleaveLowWords(long a, long b) {
        return a & 0xFFFF | (b & 0xFFFF) << 16 | (a & 0xFFFF_0000L) << 16 | (b & 0xFFFF_0000L) << 32;
    }

    public static long interleaveHighWords(long a, long b) {
        return interleaveLowWords(a >>> 32, b >>> 32);
    }

    public static long interleaveLowDwords(long a, long b) {
        return a & 0xFFFF_FFFFL | b << 32;
    }

    public static long interleaveHighDwords(long a, long b) {
        return a >>> 32 | b & 0xFFFF_FFFF_0000_0000L;
    }

    // --- shifts: the count is unsigned, too large a one empties or fills with signs ---

    public static long shiftLeftWords(long a, long count) {
        int n = limit(count, 16);
        return n == 16 ? 0 : a << n & repeatWord(0xFFFF << n);
    }

    public static long shiftRightWords(long a, long count) {
        int n = limit(count, 16);
        return n == 16 ? 0 : a >>> n & repeatWord(0xFFFF >>> n);
    }

    public static long shiftArithmeticWords(long a, long count) {
        int n = limit(count, 15);
        return Lanes.signedWords(a, a, (x, y) -> x >> n);
    }

    public static long shiftLeftDwords(long a, long count) {
        int n = limit(count, 32);
        return n == 32 ? 0 : Lanes.dwords((int) a << n, (int) (a >>> 32) << n);
    }

    public static long shiftRightDwords(long a, long count) {
        int n = limit(count, 32);
        return n == 32 ? 0 : Lanes.dwords((int) a >>> n, (int) (a >>> 32) >>> n);
    }

    public static long shiftArithmeticDwords(long a, long count) {
        int n = limit(count, 31);
        return Lanes.dwords((int) a >> n, (int) (a >>> 32) >> n);
    }

    public static long shiftLeftQwords(long a, long count) {
        return Long.compareUnsigned(count, 63) > 0 ? 0 : a << count;
    }

    public static long shiftRightQwords(long a, long count) {
        return Long.compareUnsigned(count, 63) > 0 ? 0 : a >>> count;
    }

    private static int limit(long count, int most) {
        return Long.compareUnsigned(count, most) > 0 ? most : (int) count;
    }

    private static long repeatWord(int mask) {
        return (mask & 0xFFFFL) * 0x0001_0001_0001_0001L;
    }

    /** Four words of {@code a} selected by the two-bit fields of an immediate. */
    public static long shuffleWords(long a, int order) {
        return words(
                Lanes.word(a, order & 3),
                Lanes.word(a, order >> 2 & 3),
                Lanes.word(a, order >> 4 & 3),
                Lanes.word(a, order >> 6 & 3));
    }
}
