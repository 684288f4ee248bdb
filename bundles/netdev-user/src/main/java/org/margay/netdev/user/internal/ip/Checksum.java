package org.margay.netdev.user.internal.ip;

/**
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words. Sums are kept in a long and
 * folded at the end; up to 2^31 bytes can be added before that.
 */
public final class Checksum {
    private static final long LOW_HALF = 0xFFFF_FFFFL;

    private Checksum() {}

    /** Adds the words from an offset to another; an odd last byte counts as if a zero followed. */
    public static long add(long sum, byte[] bytes, int from, int to) {
        int at = from;
        for (; to - at >= 8; at += 8) {
            long eight = Bytes.i64(bytes, at);
            sum += (eight >>> 32) + (eight & LOW_HALF);
        }
        for (; to - at >= 2; at += 2) {
            sum += Bytes.u16(bytes, at);
        }
        return at < to ? sum + (Bytes.u8(bytes, at) << 8) : sum;
    }

    /** Adds what TCP, UDP and ICMPv6 sum in front of their own bytes (RFC 9293, 3.1; RFC 8200, 8.1). */
    public static long pseudoHeader(IpAddress source, IpAddress destination, int protocol, int length) {
        return source.sum() + destination.sum() + protocol + length;
    }

    /** Sixteen bits, not complemented: what is stored where others finish the sum. */
    public static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (int) folded;
    }

    /** What is stored in a header; 0 when a sum over a header that has its checksum already is right. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xFFFF;
    }

    /** The checksum of some bytes. */
    public static int of(byte[] bytes, int from, int to) {
        return finish(add(0, bytes, from, to));
    }
}
