package org.margay.netdev.user.internal.tcp;

import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Datagram;

/**
 * A segment of a guest (RFC 9293, 3.1).
 *
 * @param window as it stands there, not scaled
 * @param mss option of a SYN, or 0
 * @param scale option of a SYN (RFC 7323, 2), or -1
 * @param data where the data begin in the datagram's array
 * @param length bytes of data
 */
record Segment(
        Datagram datagram,
        int sourcePort,
        int destinationPort,
        int seq,
        int ack,
        int flags,
        int window,
        int mss,
        int scale,
        int data,
        int length) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    /** Bytes of a header without options. */
    static final int HEADER = 20;

    static final int CHECKSUM = 16;

    static final int OPTION_END = 0;
    static final int OPTION_NOTHING = 1;
    static final int OPTION_MSS = 2;
    static final int OPTION_SCALE = 3;

    private static final int MAXIMUM_SCALE = 14;

    /** Reads one; null when it is none, or its checksum is wrong. */
    static @Nullable Segment read(Datagram datagram) {
        byte[] bytes = datagram.bytes();
        int at = datagram.payload();
        if (datagram.length() < HEADER) {
            return null;
        }
        int header = (Bytes.u8(bytes, at + 12) >>> 4) * 4;
        if (header < HEADER || header > datagram.length() || !datagram.sound()) {
            return null;
        }
        int flags = Bytes.u8(bytes, at + 13);
        int mss = 0;
        int scale = -1;
        if ((flags & SYN) != 0) {
            mss = Math.max(0, option(bytes, at + HEADER, at + header, OPTION_MSS, 2));
            scale = Math.min(option(bytes, at + HEADER, at + header, OPTION_SCALE, 1), MAXIMUM_SCALE);
        }
        return new Segment(
                datagram,
                Bytes.u16(bytes, at),
                Bytes.u16(bytes, at + 2),
                Bytes.i32(bytes, at + 4),
                Bytes.i32(bytes, at + 8),
                flags,
                Bytes.u16(bytes, at + 14),
                mss,
                scale,
                at + header,
                datagram.end() - at - header);
    }

    /** The value of an option of one or two bytes, or -1. */
    private static int option(byte[] bytes, int from, int end, int kind, int size) {
        int at = from;
        while (at < end && bytes[at] != OPTION_END) {
            if (bytes[at] == OPTION_NOTHING) {
                at++;
                continue;
            }
            int length = at + 1 < end ? Bytes.u8(bytes, at + 1) : 0;
            if (length < 2 || at + length > end) {
                return -1;
            }
            if (bytes[at] == kind && length == 2 + size) {
                return size == 1 ? Bytes.u8(bytes, at + 2) : Bytes.u16(bytes, at + 2);
            }
            at += length;
        }
        return -1;
    }

    boolean syn() {
        return (flags & SYN) != 0;
    }

    boolean fin() {
        return (flags & FIN) != 0;
    }

    boolean rst() {
        return (flags & RST) != 0;
    }

    boolean hasAck() {
        return (flags & ACK) != 0;
    }

    /** What it takes of the sequence space. */
    int sequenceLength() {
        return length + (syn() ? 1 : 0) + (fin() ? 1 : 0);
    }

    Flow flow() {
        return new Flow(datagram.source(), sourcePort, datagram.destination(), destinationPort);
    }
}
