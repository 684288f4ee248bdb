package org.margay.netdev.user.internal.udp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Datagram;
import org.margay.netdev.user.internal.ip.Port;

/**
 * A UDP datagram of a guest (RFC 768).
 *
 * @param data where the data begin in the datagram's array
 * @param length bytes of data
 */
public record Message(Datagram datagram, int sourcePort, int destinationPort, int data, int length) {
    static final int HEADER = 8;

    private static final int CHECKSUM = 6;

    /** Reads one; null when it is none, or its checksum is wrong. */
    static @Nullable Message read(Datagram datagram) {
        byte[] bytes = datagram.bytes();
        int at = datagram.payload();
        if (datagram.length() < HEADER) {
            return null;
        }
        int length = Bytes.u16(bytes, at + 4);
        if (length < HEADER || length > datagram.length()) {
            return null;
        }
        boolean none = Bytes.u16(bytes, at + CHECKSUM) == 0 && datagram.source().isV4();
        if (!none && !datagram.until(at + length).sound()) {
            return null;
        }
        return new Message(datagram, Bytes.u16(bytes, at), Bytes.u16(bytes, at + 2), at + HEADER, length - HEADER);
    }

    public Port source() {
        return new Port(datagram.source(), sourcePort);
    }

    public Port destination() {
        return new Port(datagram.destination(), destinationPort);
    }

    /** A copy of the data. */
    public byte[] bytes() {
        return Arrays.copyOfRange(datagram.bytes(), data, data + length);
    }
}
