package org.margay.netdev.user.internal.ip;

import org.margay.net.Offload;

/**
 * What ICMP (RFC 792) and ICMPv6 (RFC 4443) have in common: echoes and errors. The router answers for itself; for others outside
 * it answers when they answer a probe of the host's.
 */
final class Icmp {
    /** Type, code, checksum and four bytes that depend on the type. */
    static final int HEADER = 8;

    static final int CHECKSUM = 2;

    /** Probes under way at most; echoes beyond are lost. */
    private static final int PROBES = 64;

    private final VirtualNetwork network;
    private final Wire wire;
    private final IpLayer layer;
    private final int protocol;
    private final EchoProbe probe;
    private int probing;

    Icmp(VirtualNetwork network, Wire wire, IpLayer layer, int protocol, EchoProbe probe) {
        this.network = network;
        this.wire = wire;
        this.layer = layer;
        this.protocol = protocol;
        this.probe = probe;
    }

    /**
     * Answers an echo request, or has it answered.
     *
     * @param replyType type of the answer
     */
    void echo(Datagram request, int replyType) {
        IpAddress target = request.destination();
        if (network.isRouter(target)) {
            reply(request, replyType);
        } else if (network.isInside(target) || target.isMulticast() || network.isBroadcast(target)) {
            return;
        } else if (network.restricted()) {
            layer.refuse(request, Problem.PROHIBITED);
        } else if (probing < PROBES) {
            probing++;
            probe.probe(target, answer -> {
                probing--;
                switch (answer) {
                    case ANSWERED -> reply(request, replyType);
                    case UNREACHABLE -> layer.refuse(request, Problem.HOST_UNREACHABLE);
                    case SILENT -> {}
                }
            });
        }
    }

    private void reply(Datagram request, int replyType) {
        int headroom = layer.headroom();
        byte[] frame = new byte[headroom + request.length()];
        System.arraycopy(request.bytes(), request.payload(), frame, headroom, request.length());
        Bytes.put8(frame, headroom, replyType);
        send(frame, request.destination(), request.source());
    }

    /**
     * Sends an error, which quotes the datagram that it is about; never about another error, a group or a later fragment.
     *
     * @param from the router's address that speaks
     * @param quote bytes quoted at most
     */
    void error(Datagram datagram, IpAddress from, int type, int code, int quote) {
        if (wire.congested()
                || datagram.source().isAny()
                || datagram.destination().isMulticast()
                || network.isBroadcast(datagram.destination())
                || isError(datagram)) {
            return;
        }
        int headroom = layer.headroom();
        int quoted = Math.min(datagram.end() - datagram.header(), quote);
        byte[] frame = new byte[headroom + HEADER + quoted];
        Bytes.put8(frame, headroom, type);
        Bytes.put8(frame, headroom + 1, code);
        System.arraycopy(datagram.bytes(), datagram.header(), frame, headroom + HEADER, quoted);
        send(frame, from, datagram.source());
    }

    private boolean isError(Datagram datagram) {
        if (datagram.protocol() != protocol || datagram.length() == 0) {
            return false;
        }
        int type = Bytes.u8(datagram.bytes(), datagram.payload());
        return protocol == Ip.ICMP6 ? type < 128 : type != 0 && type != 8;
    }

    private void send(byte[] frame, IpAddress from, IpAddress to) {
        checksum(frame, from, to);
        layer.send(from, to, protocol, frame, Offload.CHECKED);
    }

    /** Completes a message that has all but its checksum. */
    void checksum(byte[] frame, IpAddress from, IpAddress to) {
        int start = layer.headroom();
        Bytes.put16(frame, start + CHECKSUM, 0);
        long sum = protocol == Ip.ICMP6 ? Checksum.pseudoHeader(from, to, protocol, frame.length - start) : 0;
        Bytes.put16(frame, start + CHECKSUM, Checksum.finish(Checksum.add(sum, frame, start, frame.length)));
    }
}
