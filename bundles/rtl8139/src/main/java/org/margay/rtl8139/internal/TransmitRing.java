package org.margay.rtl8139.internal;

import java.util.ArrayList;
import java.util.List;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;
import org.margay.pci.PciDma;

/**
 * Transmission in C+ mode, for one of the two priorities: a ring of descriptors, checksums and VLAN tags put in, large
 * TCP packets left to be cut (RTL8139C+ data sheet, "Tx Command Descriptor", "Tx Status Descriptor").
 */
final class TransmitRing {
    private static final int LARGE_SEND = 1 << 27;
    private static final int SEGMENT_SHIFT = 16;
    private static final int SEGMENT = 0x7FF;
    private static final int IP_CHECKSUM = 1 << 18;
    private static final int UDP_CHECKSUM = 1 << 17;
    private static final int TCP_CHECKSUM = 1 << 16;
    private static final int LENGTH = 0xFFFF;
    private static final int INSERT_TAG = 1 << 17;

    private static final int ERROR = 1 << 23;
    private static final int LINK_FAILED = 1 << 21;

    private static final int VLAN = 0x8100;
    private static final int ADDRESSES = 12;
    private static final int TCP_FLAGS = 13;
    private static final int CWR = 0x80;

    /** Bytes of a frame at most that is not to be cut. */
    private static final int LONGEST = 8192;

    /** What became of a turn. */
    enum Outcome {
        /** There is nothing to send. */
        EMPTY,
        SENT,
        FAILED
    }

    private int index;
    private int lastDone;

    void restart() {
        index = 0;
    }

    int index() {
        return index;
    }

    void setIndex(int saved) {
        index = saved;
    }

    /** Low bits of the address of the last descriptor that was done. */
    int lastDone() {
        return lastDone;
    }

    /**
     * Sends the next frame, when all its descriptors are there.
     *
     * @param ring address of the descriptors
     */
    Outcome transmit(PciDma dma, Wire wire, long ring, boolean wide) {
        List<Descriptor> parts = new ArrayList<>();
        int next = index;
        long length = 0;
        do {
            Descriptor part = Descriptor.read(dma, ring, next);
            if (!part.is(Descriptor.OWN)) {
                return Outcome.EMPTY;
            }
            parts.add(part);
            length += part.options() & LENGTH;
            next = part.next(next);
        } while (!parts.getLast().is(Descriptor.LAST) && next != index && parts.size() < Descriptor.MOST);

        index = next;
        boolean large = parts.getFirst().is(LARGE_SEND);
        boolean whole = parts.getFirst().is(Descriptor.FIRST) && parts.getLast().is(Descriptor.LAST);
        if (!whole || length < Frame.HEADER || length > (large ? Frame.MAXIMUM - 4 : LONGEST)) {
            release(dma, parts, ERROR);
            return Outcome.FAILED;
        }
        wire.send(finish(gather(dma, parts, (int) length, wide), parts.getFirst()));
        release(dma, parts, wire.carrier() ? 0 : LINK_FAILED);
        return Outcome.SENT;
    }

    private static byte[] gather(PciDma dma, List<Descriptor> parts, int length, boolean wide) {
        byte[] bytes = new byte[length];
        int done = 0;
        for (Descriptor part : parts) {
            dma.read(part.buffer(dma, wide), bytes, done, part.options() & LENGTH);
            done += part.options() & LENGTH;
        }
        return bytes;
    }

    private void release(PciDma dma, List<Descriptor> parts, int status) {
        for (Descriptor part : parts) {
            int kept = part.options() & (Descriptor.FIRST | Descriptor.LAST | LENGTH);
            part.release(dma, kept | status, part.tag());
        }
        lastDone = (int) parts.getLast().place() & 0xFFFF;
    }

    /** Does what the frame's first descriptor asks for. */
    private static Frame finish(byte[] bytes, Descriptor command) {
        boolean large = command.is(LARGE_SEND);
        if (!large) {
            IpPacket.find(bytes).filter(packet -> !packet.version6()).ifPresent(packet -> checksums(packet, command));
        }
        byte[] tagged = (command.tag() & INSERT_TAG) != 0 ? withTag(bytes, command.tag()) : bytes;
        int segment = command.options() >>> SEGMENT_SHIFT & SEGMENT;
        return new Frame(tagged, large ? cut(tagged, segment) : Offload.NONE);
    }

    private static void checksums(IpPacket packet, Descriptor command) {
        if (command.is(IP_CHECKSUM)) {
            packet.completeHeader();
        }
        boolean transport = switch (packet.transport()) {
            case TCP -> command.is(TCP_CHECKSUM);
            case UDP -> command.is(UDP_CHECKSUM);
            case OTHER -> false;
        };
        if (transport) {
            packet.completeTransport();
        }
    }

    /** The tag comes in the order of the wire, low byte first. */
    private static byte[] withTag(byte[] bytes, int tag) {
        byte[] tagged = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, tagged, 0, ADDRESSES);
        InternetChecksum.put(tagged, ADDRESSES, VLAN);
        tagged[ADDRESSES + 2] = (byte) tag;
        tagged[ADDRESSES + 3] = (byte) (tag >>> 8);
        System.arraycopy(bytes, ADDRESSES, tagged, ADDRESSES + 4, bytes.length - ADDRESSES);
        return tagged;
    }

    /** How whoever passes a large packet on is to cut it; what is no TCP over IPv4 goes out as it is. */
    private static Offload cut(byte[] bytes, int segment) {
        return IpPacket.find(bytes)
                .filter(packet -> !packet.version6() && packet.transport() == IpPacket.Transport.TCP)
                .map(packet -> cut(bytes, packet, segment))
                .orElse(Offload.NONE);
    }

    private static Offload cut(byte[] bytes, IpPacket packet, int segment) {
        packet.completeHeader();
        int start = packet.transportStart();
        int place = IpPacket.Transport.TCP.checksumOffset();
        long pseudoHeader = packet.pseudoHeader(packet.end() - start);
        InternetChecksum.put(bytes, start + place, ~InternetChecksum.finish(pseudoHeader));
        boolean fits = segment == 0 || packet.end() - packet.payloadStart() <= segment;
        return new Offload(
                Offload.Checksum.PARTIAL,
                start,
                place,
                fits ? Offload.Segmentation.NONE : Offload.Segmentation.TCP4,
                fits ? 0 : segment,
                fits ? 0 : packet.payloadStart(),
                !fits && (bytes[start + TCP_FLAGS] & CWR) != 0);
    }
}
