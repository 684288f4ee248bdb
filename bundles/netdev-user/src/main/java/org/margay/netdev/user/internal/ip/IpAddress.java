package org.margay.netdev.user.internal.ip;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address. IPv4 addresses are kept as IPv4-mapped ones (RFC 4291, 2.5.5.2): what is above IP need not tell them
 * apart. No IPv6 datagram may carry a mapped address.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record IpAddress(long high, long low) {
    /** Bytes of an IPv4 address. */
    public static final int LENGTH_4 = 4;

    /** Bytes of an IPv6 address. */
    public static final int LENGTH_6 = 16;

    /** 0.0.0.0. */
    public static final IpAddress ANY_4 = v4(0);

    /** 255.255.255.255. */
    public static final IpAddress BROADCAST_4 = v4(-1);

    /** ::. */
    public static final IpAddress ANY_6 = new IpAddress(0, 0);

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private static final long MAPPED = 0xFFFF_0000_0000L;

    public static IpAddress v4(int bits) {
        return new IpAddress(0, MAPPED | Integer.toUnsignedLong(bits));
    }

    /** Four bytes, as they stand in a header. */
    public static IpAddress read4(byte[] bytes, int at) {
        return v4(Bytes.i32(bytes, at));
    }

    /** Sixteen bytes, as they stand in a header. */
    public static IpAddress read6(byte[] bytes, int at) {
        return new IpAddress(Bytes.i64(bytes, at), Bytes.i64(bytes, at + 8));
    }

    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == LENGTH_4 ? read4(bytes, 0) : read6(bytes, 0);
    }

    /**
     * Reads an IPv4 address in four parts, or an IPv6 one; never asks a name server.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static IpAddress parse(String text) {
        if (text.indexOf(':') < 0 && !DOTTED.matcher(text).matches()) {
            throw new IllegalArgumentException("'%s' is no IP address".formatted(text));
        }
        try {
            return of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("'%s' is no IP address".formatted(text));
        }
    }

    public boolean isV4() {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    /** Of an IPv4 address. */
    public int v4Bits() {
        return (int) low;
    }

    /** Bytes in a header. */
    public int length() {
        return isV4() ? LENGTH_4 : LENGTH_6;
    }

    /** Writes {@link #length()} bytes. */
    public void write(byte[] bytes, int at) {
        if (isV4()) {
            Bytes.put32(bytes, at, v4Bits());
        } else {
            Bytes.put64(bytes, at, high);
            Bytes.put64(bytes, at + 8, low);
        }
    }

    public byte[] bytes() {
        byte[] bytes = new byte[length()];
        write(bytes, 0);
        return bytes;
    }

    /** What it adds to a {@link Checksum}. */
    long sum() {
        return isV4()
                ? Integer.toUnsignedLong(v4Bits())
                : (high >>> 32) + (high & 0xFFFF_FFFFL) + (low >>> 32) + (low & 0xFFFF_FFFFL);
    }

    public boolean isAny() {
        return isV4() ? v4Bits() == 0 : (high | low) == 0;
    }

    public boolean isLoopback() {
        return isV4() ? v4Bits() >>> 24 == 127 : high == 0 && low == 1;
    }

    /** A group's: also those beyond, 240.0.0.0/4, which are nobody's. */
    public boolean isMulticast() {
        return isV4() ? v4Bits() >>> 28 >= 0xE : high >>> 56 == 0xFF;
    }

    /** 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return isV4() ? v4Bits() >>> 16 == 0xA9FE : high >>> 54 == 0x3FA;
    }

    /** Whether the first bits are those of another one of the same kind. */
    public boolean matches(IpAddress other, int prefix) {
        return isV4() == other.isV4() && masked(prefix).equals(other.masked(prefix));
    }

    /** The first bits, with zeros behind. */
    public IpAddress masked(int prefix) {
        int bits = isV4() ? prefix + 96 : prefix;
        long highMask = bits == 0 ? 0 : -1L << Math.max(0, 64 - bits);
        long lowMask = bits <= 64 ? 0 : -1L << (128 - bits);
        return new IpAddress(high & highMask, low & lowMask);
    }

    public InetAddress toInet() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The loopback address of the host, of the same kind. */
    public InetAddress loopback() {
        return isV4() ? Loopback.V4 : Loopback.V6;
    }

    @Override
    public String toString() {
        return toInet().getHostAddress();
    }

    private static final class Loopback {
        static final InetAddress V4 = Inet4Address.ofLiteral("127.0.0.1");
        static final InetAddress V6 = Inet6Address.ofLiteral("::1");
    }
}
