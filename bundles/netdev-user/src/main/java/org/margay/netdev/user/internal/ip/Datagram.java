package org.margay.netdev.user.internal.ip;

import java.util.Arrays;

/**
 * An IP datagram of a guest, whole, for a transport. Offsets lie within the array and are in order.
 *
 * @param hops what is left of its time to live
 * @param bytes where it lies; nobody changes it
 * @param header where the IP header begins
 * @param payload where the transport's header begins
 * @param end behind its last byte
 * @param checked the transport's checksum needs no look
 */
public record Datagram(
        IpAddress source,
        IpAddress destination,
        int protocol,
        int hops,
        byte[] bytes,
        int header,
        int payload,
        int end,
        boolean checked) {
    public int length() {
        return end - payload;
    }

    /** The same with an earlier end. */
    public Datagram until(int newEnd) {
        return newEnd == end
                ? this
                : new Datagram(source, destination, protocol, hops, bytes, header, payload, newEnd, checked);
    }

    /** A copy of its headers and some of its payload, for an error to quote later. */
    public Datagram head(int payloadLength) {
        int newEnd = Math.min(end, payload + payloadLength);
        return new Datagram(
                source,
                destination,
                protocol,
                hops,
                Arrays.copyOfRange(bytes, header, newEnd),
                0,
                payload - header,
                newEnd - header,
                checked);
    }

    /** Whether the checksum over pseudo header and payload is right. */
    public boolean sound() {
        return checked
                || Checksum.finish(Checksum.add(
                                Checksum.pseudoHeader(source, destination, protocol, length()), bytes, payload, end))
                        == 0;
    }
}
