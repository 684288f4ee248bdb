package org.margay.netdev.user.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.margay.net.Frame;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.Packet;

/** IPv4 datagrams in pieces. */
final class Fragments {
    private Fragments() {}

    /** Sends a datagram in pieces, the last one first. */
    static void send(Bench bench, Packet whole, int piece) {
        int last = (whole.payload().length - 1) / piece * piece;
        for (int offset = last; offset >= 0; offset -= piece) {
            bench.wiring.send(new Frame(fragment(whole, offset, piece, 77)));
        }
    }

    /** The frame of one piece. */
    static byte[] fragment(Packet whole, int offset, int piece, int id) {
        int end = Math.min(whole.payload().length, offset + piece);
        Packet part = new Packet(
                whole.source(),
                whole.destination(),
                whole.protocol(),
                64,
                Arrays.copyOfRange(whole.payload(), offset, end));
        ByteBuffer frame = ByteBuffer.wrap(part.frame(Guest.ROUTER_MAC, Guest.MAC));
        frame.putShort(18, (short) id);
        frame.putShort(20, (short) (offset / 8 | (end < whole.payload().length ? 0x2000 : 0)));
        sumHeader(frame.array());
        return frame.array();
    }

    /** Puts the right checksum into the header of IPv4. */
    static void sumHeader(byte[] frame) {
        frame[24] = 0;
        frame[25] = 0;
        int sum = 0;
        for (int i = 14; i < 14 + (frame[14] & 0xF) * 4 && i + 1 < frame.length; i += 2) {
            sum += (frame[i] & 0xFF) << 8 | frame[i + 1] & 0xFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        frame[24] = (byte) (~sum >>> 8);
        frame[25] = (byte) ~sum;
    }

    /** Bytes of the payloads, which came in order. */
    static int joined(List<Packet> pieces) {
        return pieces.stream().mapToInt(piece -> piece.payload().length).sum();
    }

    static byte[] join(List<Packet> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(piece -> all.writeBytes(piece.payload()));
        return all.toByteArray();
    }
}
