package org.margay.e1000.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.Offload;

/**
 * Where the headers and checksums of the packets to come are, as a context descriptor says (8254x manual, sections 3.3.6 and 3.5),
 * and what is done with them. All places are moved on by a shift: the length of a tag put in front of them. Nothing of a packet is
 * trusted.
 *
 * @param low bits 63 to 0 of the descriptor
 * @param high bits 127 to 64 of it
 */
record TransmitContext(long low, long high) {
    static final TransmitContext NONE = new TransmitContext(0, 0);

    private static final int IP_4_HEADER = 20;
    private static final int IP_4_LENGTH = 2;
    private static final int IP_4_IDENTIFICATION = 4;
    private static final int IP_6_HEADER = 40;
    private static final int IP_6_LENGTH = 4;
    private static final int TCP_HEADER = 20;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_FLAG_CWR = 0x80;
    private static final int UDP_HEADER = 8;
    private static final int UDP_LENGTH = 4;

    /** A UDP packet is not cut into more pieces. */
    private static final int MOST_PIECES = 1400;

    private int ipStart() {
        return (int) low & 0xFF;
    }

    private int ipOffset() {
        return (int) (low >>> 8) & 0xFF;
    }

    /** Index behind the range; 0 means that it lasts to the packet's end. */
    private int ipEnd() {
        return end((int) (low >>> 16) & 0xFFFF);
    }

    private int transportStart() {
        return (int) (low >>> 32) & 0xFF;
    }

    private int transportOffset() {
        return (int) (low >>> 40) & 0xFF;
    }

    private int transportEnd() {
        return end((int) (low >>> 48) & 0xFFFF);
    }

    private static int end(int last) {
        return last == 0 ? 0 : last + 1;
    }

    private int headerLength() {
        return (int) (high >>> 40) & 0xFF;
    }

    private int segmentSize() {
        return (int) (high >>> 48) & 0xFFFF;
    }

    private boolean tcp() {
        return TransmitControl.is(high, TransmitControl.CONTEXT_TCP);
    }

    private boolean version4() {
        return TransmitControl.is(high, TransmitControl.CONTEXT_IP_4);
    }

    private static void insert(byte[] packet, int at, int from, int end, int shift) {
        InternetChecksum.insert(packet, at + shift, from + shift, end == 0 ? packet.length : end + shift);
    }

    /** Inserts the IP header's checksum. */
    void insertIp(byte[] packet, int shift) {
        insert(packet, ipOffset(), ipStart(), ipEnd(), shift);
    }

    /** Inserts the transport's checksum, or leaves it to others. */
    Offload insertTransport(byte[] packet, int shift) {
        if (transportEnd() == 0) {
            return toTheEnd(packet, transportStart() + shift, transportOffset() + shift);
        }
        insert(packet, transportOffset(), transportStart(), transportEnd(), shift);
        return Offload.NONE;
    }

    /** A checksum over all from a byte on, to be stored behind it: others may do it. */
    static Offload toTheEnd(byte[] packet, int from, int at) {
        if (from <= at && at <= packet.length - 2) {
            return new Offload(Offload.Checksum.PARTIAL, from, at - from, Offload.Segmentation.NONE, 0, 0, false);
        }
        InternetChecksum.insert(packet, at, from, packet.length);
        return Offload.NONE;
    }

    /**
     * Cuts a packet in segments, or leaves that to others.
     *
     * @return none when the context does not fit the packet
     */
    List<Frame> segment(byte[] packet, int shift) {
        int ip = ipStart() + shift;
        int transport = transportStart() + shift;
        int header = headerLength() + shift;
        boolean sensible = segmentSize() != 0
                && ip + (version4() ? IP_4_HEADER : IP_6_HEADER) <= transport
                && transport + (tcp() ? TCP_HEADER : UDP_HEADER) <= header
                && transportOffset() >= transportStart()
                && transportOffset() + shift <= header - 2
                && header <= packet.length
                && packet.length - ip <= 0xFFFF;
        if (!sensible) {
            return List.of();
        }
        if (!tcp()) {
            return datagrams(packet, shift);
        }
        setLengths(packet, shift);
        Offload.Segmentation kind = packet.length - header <= segmentSize()
                ? Offload.Segmentation.NONE
                : version4() ? Offload.Segmentation.TCP4 : Offload.Segmentation.TCP6;
        return List.of(new Frame(packet, partial(packet, shift, kind)));
    }

    private Offload partial(byte[] packet, int shift, Offload.Segmentation kind) {
        int transport = transportStart() + shift;
        boolean cut = kind != Offload.Segmentation.NONE;
        return new Offload(
                Offload.Checksum.PARTIAL,
                transport,
                transportOffset() - transportStart(),
                kind,
                cut ? segmentSize() : 0,
                cut ? headerLength() + shift : 0,
                cut && (packet[transport + TCP_FLAGS] & TCP_FLAG_CWR) != 0);
    }

    /** UDP datagrams of their own, each with the header of the first. */
    private List<Frame> datagrams(byte[] packet, int shift) {
        int header = headerLength() + shift;
        int payload = packet.length - header;
        int count = Math.max(1, (payload + segmentSize() - 1) / segmentSize());
        if (count > MOST_PIECES) {
            return List.of();
        }
        List<Frame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = i * segmentSize();
            int length = Math.min(segmentSize(), payload - from);
            byte[] bytes = Arrays.copyOf(packet, header + length);
            System.arraycopy(packet, header + from, bytes, header, length);
            if (version4()) {
                int identification = ipStart() + shift + IP_4_IDENTIFICATION;
                InternetChecksum.put(bytes, identification, InternetChecksum.get(bytes, identification) + i);
            }
            setLengths(bytes, shift);
            frames.add(new Frame(bytes, partial(bytes, shift, Offload.Segmentation.NONE)));
        }
        return frames;
    }

    /** Completes the headers: lengths, the IP header's checksum, the pseudo header's sum, which comes without the length. */
    private void setLengths(byte[] packet, int shift) {
        int ip = ipStart() + shift;
        int transport = transportStart() + shift;
        if (version4()) {
            InternetChecksum.put(packet, ip + IP_4_LENGTH, packet.length - ip);
            if (ipOffset() + shift <= packet.length - 2) {
                InternetChecksum.put(packet, ipOffset() + shift, 0);
            }
            insertIp(packet, shift);
        } else {
            InternetChecksum.put(packet, ip + IP_6_LENGTH, packet.length - ip - IP_6_HEADER);
        }
        int length = packet.length - transport;
        if (!tcp()) {
            InternetChecksum.put(packet, transport + UDP_LENGTH, length);
        }
        int sum = InternetChecksum.get(packet, transportOffset() + shift) + length;
        InternetChecksum.put(packet, transportOffset() + shift, (sum & 0xFFFF) + (sum >>> 16));
    }
}
