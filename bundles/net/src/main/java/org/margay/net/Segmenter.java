package org.margay.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does in software what the sender of a frame left to others (virtio 1.2, 5.1.6.2): completes checksums, cuts TCP into segments and
 * UDP into fragments. The sender is not trusted: a frame that does not have what its offload speaks of - TCP in IPv4, a payload, a
 * place for the checksum - can't be finished and is dropped.
 */
final class Segmenter {
    /** A frame is not cut into more pieces: with 48 bytes in each, the least that systems go down to, no packet needs more. */
    static final int MAX_PIECES = 1400;

    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_FLAGS = 13;
    private static final int FIN = 0x01;
    private static final int PUSH = 0x08;
    private static final int CWR = 0x80;

    /** IPv4 options: what ends them, what fills them, which of them go into all fragments (RFC 791, 3.1). */
    private static final int OPTIONS_END = 0;

    private static final int NO_OPERATION = 1;
    private static final int COPIED = 0x80;

    /** Bytes of an IPv6 fragment header (RFC 8200, 4.5); fragments are cut at multiples of the same length. */
    private static final int FRAGMENT_UNIT = 8;

    private static final AtomicInteger NEXT_IDENTIFICATION =
            new AtomicInteger(ThreadLocalRandom.current().nextInt());

    private Segmenter() {}

    /** What a receiver gets of a frame that it can't take as it is: finished frames, or none. */
    static List<Frame> finish(Frame frame) {
        Offload offload = frame.offload();
        return switch (offload.segmentation()) {
            case NONE ->
                switch (offload.checksum()) {
                    case PARTIAL -> completed(frame);
                    case VALID -> List.of(new Frame(frame.bytes(), Offload.CHECKED));
                    case COMPLETE -> List.of(new Frame(frame.bytes()));
                };
            case TCP4 -> segments(frame, false);
            case TCP6 -> segments(frame, true);
            case UDP -> fragments(frame);
        };
    }

    private static List<Frame> completed(Frame frame) {
        byte[] bytes = frame.bytes().clone();
        int start = frame.offload().checksumStart();
        int place = start + frame.offload().checksumOffset();
        if (!InternetChecksum.insert(bytes, place, start, bytes.length)) {
            return List.of();
        }
        InternetChecksum.put(bytes, place, InternetChecksum.notZero(InternetChecksum.get(bytes, place)));
        return List.of(new Frame(bytes, Offload.CHECKED));
    }

    /** The packet of a frame that is to be cut, made to last to the frame's end. */
    private static Optional<IpPacket> large(byte[] bytes, IpPacket.Transport transport) {
        return Optional.of(bytes)
                .filter(frame -> frame.length <= Frame.MAXIMUM)
                .flatMap(IpPacket::find)
                .flatMap(packet -> {
                    setLength(bytes, packet.version6(), packet.start());
                    return IpPacket.find(bytes);
                })
                .filter(packet -> packet.transport() == transport && packet.end() == bytes.length);
    }

    private static void setLength(byte[] bytes, boolean version6, int start) {
        int field = start + (version6 ? IpPacket.LENGTH_6 : IpPacket.LENGTH_4);
        InternetChecksum.put(bytes, field, bytes.length - start - (version6 ? IpPacket.HEADER_6 : 0));
    }

    private static List<Frame> segments(Frame frame, boolean version6) {
        byte[] all = frame.bytes().clone();
        return large(all, IpPacket.Transport.TCP)
                .filter(packet -> packet.version6() == version6)
                .map(packet -> segments(all, packet, frame.offload().segmentSize()))
                .orElse(List.of());
    }

    private static List<Frame> segments(byte[] all, IpPacket packet, int segmentSize) {
        int header = packet.payloadStart();
        int count = pieces(all.length - header, segmentSize);
        List<Frame> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = header + i * segmentSize;
            int to = Math.min(from + segmentSize, all.length);
            byte[] bytes = Arrays.copyOf(all, header + to - from);
            System.arraycopy(all, from, bytes, header, to - from);
            setLength(bytes, packet.version6(), packet.start());
            if (!packet.version6()) {
                addTo16(bytes, packet.start() + IpPacket.IDENTIFICATION_4, i);
            }
            int tcp = packet.transportStart();
            addTo32(bytes, tcp + TCP_SEQUENCE, from - header);
            // What is said of the whole is said once: its end with the last segment, the sender's answer to ECN (RFC
            // 3168,
            // 6.1.2) with the first.
            int cleared = (i > 0 ? CWR : 0) | (i < count - 1 ? FIN | PUSH : 0);
            bytes[tcp + TCP_FLAGS] &= (byte) ~cleared;
            complete(bytes);
            segments.add(new Frame(bytes, Offload.CHECKED));
        }
        return segments;
    }

    private static void complete(byte[] bytes) {
        IpPacket.find(bytes).ifPresent(packet -> {
            packet.completeHeader();
            packet.completeTransport();
        });
    }

    private static List<Frame> fragments(Frame frame) {
        byte[] all = frame.bytes().clone();
        return large(all, IpPacket.Transport.UDP)
                .map(packet -> fragments(all, packet, frame.offload().segmentSize() & -FRAGMENT_UNIT))
                .orElse(List.of());
    }

    private static List<Frame> fragments(byte[] all, IpPacket packet, int fragmentSize) {
        packet.completeTransport();
        int payload = packet.transportStart();
        int count = pieces(all.length - payload, fragmentSize);
        if (count == 1) {
            packet.completeHeader();
            return List.of(new Frame(all, Offload.CHECKED));
        }
        int identification = NEXT_IDENTIFICATION.getAndIncrement();
        List<Frame> fragments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = payload + i * fragmentSize;
            int to = Math.min(from + fragmentSize, all.length);
            int place = from - payload;
            boolean more = i < count - 1;
            byte[] bytes = packet.version6()
                    ? fragment6(all, packet, from, to, place | (more ? 1 : 0), identification)
                    : fragment4(all, packet, from, to, place / FRAGMENT_UNIT | (more ? IpPacket.MORE_FRAGMENTS : 0));
            // Whoever puts the fragments together sums them once more: the checksum is in the first.
            fragments.add(new Frame(bytes, Offload.NONE));
        }
        return fragments;
    }

    private static byte[] fragment4(byte[] all, IpPacket packet, int from, int to, int place) {
        int start = packet.start();
        int payload = packet.transportStart();
        byte[] bytes = Arrays.copyOf(all, payload + to - from);
        System.arraycopy(all, from, bytes, payload, to - from);
        if (from > payload) {
            forgetOptions(bytes, start + IpPacket.HEADER_4, payload);
        }
        setLength(bytes, false, start);
        InternetChecksum.put(bytes, start + IpPacket.FRAGMENT_4, place);
        IpPacket.find(bytes).ifPresent(IpPacket::completeHeader);
        return bytes;
    }

    /** Only some options are repeated in fragments; the others make room. */
    private static void forgetOptions(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != OPTIONS_END) {
            int length = bytes[at] == NO_OPERATION || at + 1 == to ? 1 : bytes[at + 1] & 0xFF;
            if (length == 0 || at + length > to) {
                break;
            }
            if ((bytes[at] & COPIED) == 0) {
                Arrays.fill(bytes, at, at + length, (byte) NO_OPERATION);
            }
            at += length;
        }
    }

    private static byte[] fragment6(byte[] all, IpPacket packet, int from, int to, int place, int identification) {
        int fragmentHeader = packet.transportStart();
        int payload = fragmentHeader + FRAGMENT_UNIT;
        byte[] bytes = Arrays.copyOf(all, payload + to - from);
        System.arraycopy(all, from, bytes, payload, to - from);
        bytes[fragmentHeader] = bytes[packet.nextHeader()];
        bytes[packet.nextHeader()] = IpPacket.FRAGMENT;
        bytes[fragmentHeader + 1] = 0;
        InternetChecksum.put(bytes, fragmentHeader + 2, place);
        InternetChecksum.put(bytes, fragmentHeader + 4, identification >>> 16);
        InternetChecksum.put(bytes, fragmentHeader + 6, identification);
        setLength(bytes, true, packet.start());
        return bytes;
    }

    /** How many pieces some bytes come in; 0 when that is not possible, or too many. */
    private static int pieces(int bytes, int size) {
        if (size <= 0) {
            return 0;
        }
        int count = Math.max(1, (bytes + size - 1) / size);
        return count <= MAX_PIECES ? count : 0;
    }

    private static void addTo16(byte[] bytes, int at, int delta) {
        InternetChecksum.put(bytes, at, InternetChecksum.get(bytes, at) + delta);
    }

    private static void addTo32(byte[] bytes, int at, int delta) {
        int value = (InternetChecksum.get(bytes, at) << 16 | InternetChecksum.get(bytes, at + 2)) + delta;
        InternetChecksum.put(bytes, at, value >>> 16);
        InternetChecksum.put(bytes, at + 2, value);
    }
}
