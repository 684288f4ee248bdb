package org.margay.netdev.user.internal.tcp;

import org.margay.net.Offload;
import org.margay.net.Offload.Segmentation;
import org.margay.net.OffloadSet;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Checksum;
import org.margay.netdev.user.internal.ip.Ip;

/** Sends segments to guests, and leaves to their cards what these can do: checksums, and cutting a large segment. */
final class SegmentWriter {
    /** What the length field of IPv4 can say; of IPv6 it is as many bytes behind the header. */
    private static final int IP_LENGTH = 0xFFFF;

    private static final int IP4_HEADER = 20;

    /** MSS, one byte to fill, window scale. */
    private static final int SYN_OPTIONS = 8;

    private final Ip ip;

    SegmentWriter(Ip ip) {
        this.ip = ip;
    }

    /** Bytes of data that fit a frame of the wire's ordinary size. */
    int room(Flow flow) {
        return ip.room(flow.guest()) - Segment.HEADER;
    }

    /** Bytes of data to put in one segment now: many times the MSS when the guest's card cuts segments or joins them. */
    int largest(Flow flow, int mss) {
        OffloadSet receiver = ip.wire().receiver();
        boolean large = receiver.checksum() && (flow.guest().isV4() ? receiver.tcp4() : receiver.tcp6());
        return large ? (IP_LENGTH - IP4_HEADER - Segment.HEADER) / mss * mss : mss;
    }

    /** Where data begin in a frame. */
    int dataOffset(Flow flow) {
        return ip.headroom(flow.guest()) + Segment.HEADER;
    }

    /** Sends a segment without data. */
    void send(Flow flow, int seq, int ack, int flags, int window) {
        send(flow, seq, ack, flags, window, new byte[dataOffset(flow)], Integer.MAX_VALUE);
    }

    /**
     * Sends a frame that has its data in place.
     *
     * @param mss how it is to be cut when it is longer
     */
    void send(Flow flow, int seq, int ack, int flags, int window, byte[] frame, int mss) {
        header(flow, seq, ack, flags, window, frame, Segment.HEADER);
        transmit(flow, frame, Segment.HEADER, mss);
    }

    /**
     * Sends a SYN.
     *
     * @param scale of the windows to come, or -1 for none
     */
    void sendSyn(Flow flow, int seq, int ack, int flags, int window, int scale) {
        int headerLength = Segment.HEADER + (scale < 0 ? SYN_OPTIONS / 2 : SYN_OPTIONS);
        byte[] frame = new byte[ip.headroom(flow.guest()) + headerLength];
        header(flow, seq, ack, flags, window, frame, headerLength);
        int at = dataOffset(flow);
        Bytes.put8(frame, at, Segment.OPTION_MSS);
        Bytes.put8(frame, at + 1, 4);
        Bytes.put16(frame, at + 2, room(flow));
        if (scale >= 0) {
            Bytes.put8(frame, at + 4, Segment.OPTION_NOTHING);
            Bytes.put8(frame, at + 5, Segment.OPTION_SCALE);
            Bytes.put8(frame, at + 6, 3);
            Bytes.put8(frame, at + 7, scale);
        }
        transmit(flow, frame, headerLength, Integer.MAX_VALUE);
    }

    private void header(Flow flow, int seq, int ack, int flags, int window, byte[] frame, int headerLength) {
        int at = ip.headroom(flow.guest());
        Bytes.put16(frame, at, flow.remotePort());
        Bytes.put16(frame, at + 2, flow.guestPort());
        Bytes.put32(frame, at + 4, seq);
        Bytes.put32(frame, at + 8, ack);
        Bytes.put8(frame, at + 12, (headerLength / 4) << 4);
        Bytes.put8(frame, at + 13, flags);
        Bytes.put16(frame, at + 14, window);
        Bytes.put32(frame, at + Segment.CHECKSUM, 0);
    }

    private void transmit(Flow flow, byte[] frame, int headerLength, int mss) {
        int at = ip.headroom(flow.guest());
        int data = at + headerLength;
        boolean large = frame.length - data > mss;
        boolean partial = large || ip.wire().receiver().checksum();
        long pseudo = Checksum.pseudoHeader(flow.remote(), flow.guest(), Ip.TCP, frame.length - at);
        int sum = partial ? Checksum.fold(pseudo) : Checksum.finish(Checksum.add(pseudo, frame, at, frame.length));
        Bytes.put16(frame, at + Segment.CHECKSUM, sum);
        Offload offload = Offload.CHECKED;
        if (partial) {
            Segmentation cut = flow.guest().isV4() ? Segmentation.TCP4 : Segmentation.TCP6;
            offload = new Offload(
                    Offload.Checksum.PARTIAL,
                    at,
                    Segment.CHECKSUM,
                    large ? cut : Segmentation.NONE,
                    large ? mss : 0,
                    large ? data : 0,
                    false);
        }
        ip.send(flow.remote(), flow.guest(), Ip.TCP, frame, offload);
    }
}
