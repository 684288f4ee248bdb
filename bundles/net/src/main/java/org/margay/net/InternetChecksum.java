package org.margay.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of IP, TCP, UDP and ICMP (RFC 1071): the complement of the ones' complement sum of 16-bit words. Ranges are from an
 * index to before another, and must be inside the array.
 *
 * <pre>{@code
 * long sum = InternetChecksum.sum(frame, 34, frame.length) + pseudoHeader;
 * InternetChecksum.put(frame, 50, InternetChecksum.finish(sum));
 * }</pre>
 */
public final class InternetChecksum {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private InternetChecksum() {}

    /**
     * The sum of a range, to be added to others and to be {@link #finish finished}. A last odd byte counts as if a zero followed;
     * so only the last of several ranges may be of odd length.
     */
    public static long sum(byte[] bytes, int from, int to) {
        long sum = 0;
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            sum += (word >>> 32) + (word & 0xFFFF_FFFFL);
        }
        for (; at + Short.BYTES <= to; at += Short.BYTES) {
            sum += (short) SHORTS.get(bytes, at) & 0xFFFF;
        }
        if (at < to) {
            sum += (bytes[at] & 0xFF) << 8;
        }
        return fold(sum);
    }

    /**
     * What TCP and UDP sum in front of their header (RFC 9293, 3.1; RFC 8200, 8.1).
     *
     * @param addresses index of the source address, which the destination follows
     * @param addressLength bytes of each: 4 or 16
     * @param protocol such as 6 for TCP
     * @param length of transport header and payload
     */
    public static long pseudoHeader(byte[] bytes, int addresses, int addressLength, int protocol, int length) {
        return sum(bytes, addresses, addresses + 2 * addressLength) + protocol + (length >>> 16) + (length & 0xFFFF);
    }

    /** The checksum of a sum, as it is stored: 16 bits. 0 when the sum is over data with its right checksum. */
    public static int finish(long sum) {
        return ~(int) fold(sum) & 0xFFFF;
    }

    /** The checksum of one range. */
    public static int of(byte[] bytes, int from, int to) {
        return finish(sum(bytes, from, to));
    }

    /** As TCP and UDP store it: 0 becomes FFFFh, its other form, because 0 means "none" in UDP (RFC 768). */
    public static int notZero(int checksum) {
        return checksum == 0 ? 0xFFFF : checksum;
    }

    /** The 16 bits at an index. */
    public static int get(byte[] bytes, int at) {
        return (short) SHORTS.get(bytes, at) & 0xFFFF;
    }

    /** Stores 16 bits. */
    public static void put(byte[] bytes, int at, int checksum) {
        SHORTS.set(bytes, at, (short) checksum);
    }

    /**
     * Does what cards do with start, end and place of a checksum that their driver gave them: sums a range, what stands at the
     * place included, and stores the checksum there. Nothing happens when one of them is outside of the frame.
     *
     * @param at place of the checksum; may be outside of the range
     * @return whether it was stored
     */
    public static boolean insert(byte[] bytes, int at, int from, int to) {
        if (from < 0 || from > to || to > bytes.length || at < 0 || at > bytes.length - Short.BYTES) {
            return false;
        }
        put(bytes, at, of(bytes, from, to));
        return true;
    }

    private static long fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xFFFF_FFFFL);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        return (folded >>> 16) + (folded & 0xFFFF);
    }
}
