package org.margay.net;

import java.util.Optional;

/**
 * Where the headers of an IP packet are in a frame: IPv4 (RFC 791) or IPv6 (RFC 8200) behind up to two VLAN tags, with TCP or UDP
 * in it. For cards that check or complete checksums, and for those that cut large packets. All headers that it names are inside the
 * frame. A view of the frame's bytes, not a copy.
 */
public final class IpPacket {
    /** What is in the packet. */
    public enum Transport {
        TCP(6, 20, 16),
        UDP(17, 8, 6),
        /** Something else, or a fragment: there is no checksum to be found. */
        OTHER(-1, 0, 0);

        private final int protocol;
        private final int leastHeader;
        private final int checksumOffset;

        Transport(int protocol, int leastHeader, int checksumOffset) {
            this.protocol = protocol;
            this.leastHeader = leastHeader;
            this.checksumOffset = checksumOffset;
        }

        /** The protocol's number in IP headers; -1 for {@link #OTHER}. */
        public int protocol() {
            return protocol;
        }

        /** Where the checksum is, from the start of the transport header. */
        public int checksumOffset() {
            return checksumOffset;
        }
    }

    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_IPV6 = 0x86DD;

    /** Bytes of an IPv6 header, of an IPv4 header without options. */
    static final int HEADER_6 = 40;

    static final int HEADER_4 = 20;

    /** Fields of an IPv4 header. */
    static final int LENGTH_4 = 2;

    static final int IDENTIFICATION_4 = 4;
    static final int FRAGMENT_4 = 6;
    static final int CHECKSUM_4 = 10;
    private static final int PROTOCOL_4 = 9;
    private static final int ADDRESSES_4 = 12;

    /** {@link #FRAGMENT_4}: more fragments follow; where the fragment begins, in units of 8 bytes. */
    static final int MORE_FRAGMENTS = 0x2000;

    private static final int FRAGMENT_OFFSET = 0x1FFF;

    /** Fields of an IPv6 header. */
    static final int LENGTH_6 = 4;

    static final int NEXT_HEADER_6 = 6;
    private static final int ADDRESSES_6 = 8;

    /** Extension headers of IPv6. */
    private static final int HOP_BY_HOP = 0;

    private static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    private final byte[] bytes;
    private final boolean version6;
    private final int start;
    private final Transport transport;
    private final int transportStart;
    private final int nextHeader;
    private final int end;

    /** @param nextHeader index of the byte that says what the transport is */
    private IpPacket(
            byte[] bytes,
            boolean version6,
            int start,
            Transport transport,
            int transportStart,
            int nextHeader,
            int end) {
        this.bytes = bytes;
        this.version6 = version6;
        this.start = start;
        this.transport = transport;
        this.transportStart = transportStart;
        this.nextHeader = nextHeader;
        this.end = end;
    }

    /** The packet in an Ethernet frame; empty when there is none, or a broken one. */
    public static Optional<IpPacket> find(byte[] frame) {
        int at = Frame.HEADER - 2;
        for (int tags = 0; at + 2 <= frame.length; tags++, at += 4) {
            int type = InternetChecksum.get(frame, at);
            if (type == TYPE_IPV4) {
                return version4(frame, at + 2);
            }
            if (type == TYPE_IPV6) {
                return version6(frame, at + 2);
            }
            if (tags == 2 || (type != 0x8100 && type != 0x88A8)) {
                break;
            }
        }
        return Optional.empty();
    }

    private static Optional<IpPacket> version4(byte[] frame, int start) {
        if (start + HEADER_4 > frame.length || frame[start] >>> 4 != 4) {
            return Optional.empty();
        }
        int header = 4 * (frame[start] & 0xF);
        int end = end(frame, start, InternetChecksum.get(frame, start + LENGTH_4), 0);
        if (header < HEADER_4 || start + header > end) {
            return Optional.empty();
        }
        boolean fragment = (InternetChecksum.get(frame, start + FRAGMENT_4) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
        int protocol = fragment ? -1 : frame[start + PROTOCOL_4] & 0xFF;
        Transport transport = transport(frame, protocol, start + header, end);
        return Optional.of(new IpPacket(frame, false, start, transport, start + header, start + PROTOCOL_4, end));
    }

    private static Optional<IpPacket> version6(byte[] frame, int start) {
        if (start + HEADER_6 > frame.length || (frame[start] >>> 4 & 0xF) != 6) {
            return Optional.empty();
        }
        int end = end(frame, start, InternetChecksum.get(frame, start + LENGTH_6), HEADER_6);
        if (end < 0) {
            return Optional.empty();
        }
        int nextHeader = start + NEXT_HEADER_6;
        int at = start + HEADER_6;
        int protocol = frame[nextHeader] & 0xFF;
        while (protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS) {
            boolean toBeContinued = protocol == ROUTING && at + 4 <= end && frame[at + 3] != 0;
            if (at + 8 > end || toBeContinued) {
                break;
            }
            nextHeader = at;
            at += 8 + 8 * (frame[at + 1] & 0xFF);
            protocol = frame[nextHeader] & 0xFF;
        }
        Transport transport = transport(frame, protocol, at, end);
        return Optional.of(new IpPacket(frame, true, start, transport, Math.min(at, end), nextHeader, end));
    }

    /**
     * Where a packet ends; -1 when it does not fit in the frame. Senders of what is to be cut may leave its length out.
     *
     * @param header bytes that the length does not count
     */
    private static int end(byte[] frame, int start, int length, int header) {
        int end = length == 0 ? frame.length : start + header + length;
        return end <= frame.length ? end : -1;
    }

    private static Transport transport(byte[] frame, int protocol, int at, int end) {
        for (Transport transport : Transport.values()) {
            if (transport.protocol == protocol && at + transport.leastHeader <= end) {
                return headerLength(frame, transport, at) <= end - at ? transport : Transport.OTHER;
            }
        }
        return Transport.OTHER;
    }

    private static int headerLength(byte[] frame, Transport transport, int at) {
        if (transport != Transport.TCP) {
            return transport.leastHeader;
        }
        int length = frame[at + 12] >>> 2 & 0x3C;
        return length < transport.leastHeader ? Integer.MAX_VALUE : length;
    }

    /** Whether it is IPv6, not IPv4. */
    public boolean version6() {
        return version6;
    }

    /** Index of the IP header. */
    public int start() {
        return start;
    }

    public Transport transport() {
        return transport;
    }

    /** Index of what the packet carries, such as the TCP header. */
    public int transportStart() {
        return transportStart;
    }

    /** Index of what TCP or UDP carries. */
    public int payloadStart() {
        return transportStart + headerLength(bytes, transport, transportStart);
    }

    /** Index behind the packet; padding may follow. */
    public int end() {
        return end;
    }

    /** Index of the byte in front of {@link #transportStart} that tells the protocol. */
    int nextHeader() {
        return nextHeader;
    }

    /** Whether the IP header's own checksum is right; IPv6 has none, which is always right. */
    public boolean headerRight() {
        return version6 || InternetChecksum.of(bytes, start, headerEnd()) == 0;
    }

    /** Stores the right checksum in an IPv4 header. */
    public void completeHeader() {
        if (!version6) {
            InternetChecksum.put(bytes, start + CHECKSUM_4, 0);
            InternetChecksum.put(bytes, start + CHECKSUM_4, InternetChecksum.of(bytes, start, headerEnd()));
        }
    }

    private int headerEnd() {
        return start + 4 * (bytes[start] & 0xF);
    }

    /** Whether TCP's or UDP's checksum is right, or UDP says that there is none; false for {@link Transport#OTHER}. */
    public boolean transportRight() {
        return transport != Transport.OTHER && (unchecked() || sumOfTransport() == 0);
    }

    private boolean unchecked() {
        return transport == Transport.UDP && !version6 && InternetChecksum.get(bytes, checksum()) == 0;
    }

    /** Stores the right checksum in a TCP or UDP header; nothing for {@link Transport#OTHER}. */
    public void completeTransport() {
        if (transport != Transport.OTHER) {
            InternetChecksum.put(bytes, checksum(), 0);
            InternetChecksum.put(bytes, checksum(), InternetChecksum.notZero(sumOfTransport()));
        }
    }

    private int checksum() {
        return transportStart + transport.checksumOffset;
    }

    private int sumOfTransport() {
        return InternetChecksum.finish(
                pseudoHeader(end - transportStart) + InternetChecksum.sum(bytes, transportStart, end));
    }

    /**
     * The sum of the pseudo header, for those that leave the rest to others.
     *
     * @param length of transport header and payload
     */
    public long pseudoHeader(int length) {
        return InternetChecksum.pseudoHeader(
                bytes, start + (version6 ? ADDRESSES_6 : ADDRESSES_4), version6 ? 16 : 4, transport.protocol, length);
    }
}
