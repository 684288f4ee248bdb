package org.margay.netdev.user.internal.ip;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Offload;
import org.margay.net.Offload.Segmentation;

/** IPv4 (RFC 791; as a router, RFC 1812) with ICMP (RFC 792). Options are not looked at. */
final class Ipv4 implements IpLayer, AutoCloseable {
    /** Bytes of a header without options. */
    private static final int HEADER = 20;

    private static final int LENGTH = 2;
    private static final int ID = 4;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1FFF;

    private static final int HOPS = 64;
    private static final int ECHO = 8;
    private static final int ECHO_REPLY = 0;

    /** Bytes of a datagram that an error quotes, so that it is no longer than 576 bytes (RFC 1812, 4.3.2.3). */
    private static final int QUOTE = 576 - HEADER - Icmp.HEADER;

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final Neighbors neighbors;
    private final Ethernet ethernet;
    private final Icmp icmp;
    private final Reassembler reassembler;
    private final Map<Integer, Consumer<Datagram>> transports;
    private int lastId;

    Ipv4(
            VirtualNetwork network,
            Subnet subnet,
            Ethernet ethernet,
            Environment environment,
            EchoProbe probe,
            Map<Integer, Consumer<Datagram>> transports) {
        this.network = network;
        this.subnet = subnet;
        this.ethernet = ethernet;
        this.transports = transports;
        neighbors = new Arp(network, ethernet, subnet.host()).neighbors();
        reassembler = new Reassembler(environment.clock());
        icmp = new Icmp(network, ethernet.wire(), this, Ip.ICMP, probe);
        ethernet.layer(Ethernet.IPV4, this::receive);
    }

    private void receive(Frame frame) {
        byte[] bytes = frame.bytes();
        int at = Frame.HEADER;
        if (bytes.length < at + HEADER || Bytes.u8(bytes, at) >>> 4 != 4) {
            return;
        }
        int header = (Bytes.u8(bytes, at) & 0xF) * 4;
        boolean large = frame.offload().segmentation() != Segmentation.NONE;
        int length = length(bytes, large);
        if (header < HEADER
                || length < header
                || length > bytes.length - at
                || (!large && Checksum.of(bytes, at, at + header) != 0)) {
            return;
        }
        IpAddress source = IpAddress.read4(bytes, at + SOURCE);
        if (network.isGuest(source)) {
            neighbors.learn(source, Ethernet.source(frame));
        } else if (!source.isAny()) {
            return;
        }
        Datagram datagram = new Datagram(
                source,
                IpAddress.read4(bytes, at + DESTINATION),
                Bytes.u8(bytes, at + PROTOCOL),
                Bytes.u8(bytes, at + TTL),
                bytes,
                at,
                at + header,
                at + length,
                frame.offload().checksum() != Offload.Checksum.COMPLETE);
        int fragment = Bytes.u16(bytes, at + FRAGMENT);
        if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) == 0) {
            route(datagram);
        } else {
            join(datagram, fragment);
        }
    }

    /** Cards that cut a datagram write the length of each piece: some drivers leave that of the whole at 0. */
    private static int length(byte[] bytes, boolean large) {
        int length = Bytes.u16(bytes, Frame.HEADER + LENGTH);
        return large && length == 0 ? bytes.length - Frame.HEADER : length;
    }

    private void join(Datagram piece, int fragment) {
        boolean more = (fragment & MORE_FRAGMENTS) != 0;
        if (more && piece.length() % 8 != 0) {
            return;
        }
        Reassembler.Key key = new Reassembler.Key(
                piece.source(), piece.destination(), piece.protocol(), Bytes.u16(piece.bytes(), piece.header() + ID));
        Optional<byte[]> whole = reassembler.add(
                key,
                (fragment & FRAGMENT_OFFSET) * 8,
                more,
                Arrays.copyOfRange(piece.bytes(), piece.payload(), piece.end()));
        whole.ifPresent(payload -> route(whole(piece, payload)));
    }

    /** A datagram in one piece, with a header as an error may quote it. */
    private static Datagram whole(Datagram lastPiece, byte[] payload) {
        byte[] bytes = new byte[HEADER + payload.length];
        System.arraycopy(lastPiece.bytes(), lastPiece.header(), bytes, 0, HEADER);
        System.arraycopy(payload, 0, bytes, HEADER, payload.length);
        Bytes.put8(bytes, 0, 0x45);
        Bytes.put16(bytes, LENGTH, bytes.length);
        Bytes.put16(bytes, FRAGMENT, 0);
        Bytes.put16(bytes, CHECKSUM, 0);
        Bytes.put16(bytes, CHECKSUM, Checksum.of(bytes, 0, HEADER));
        return new Datagram(
                lastPiece.source(),
                lastPiece.destination(),
                lastPiece.protocol(),
                lastPiece.hops(),
                bytes,
                0,
                HEADER,
                bytes.length,
                false);
    }

    private void route(Datagram datagram) {
        IpAddress destination = datagram.destination();
        boolean passesThrough = !network.isInside(destination) && !destination.isMulticast();
        if (passesThrough && datagram.hops() <= 1 && !network.isRouter(destination)) {
            refuse(datagram, Problem.HOPS_EXCEEDED);
            return;
        }
        @Nullable Consumer<Datagram> transport = transports.get(datagram.protocol());
        if (transport != null) {
            transport.accept(datagram);
        } else if (datagram.protocol() == Ip.ICMP) {
            control(datagram);
        } else {
            refuse(datagram, Problem.PROTOCOL_UNREACHABLE);
        }
    }

    private void control(Datagram message) {
        if (message.length() >= Icmp.HEADER
                && (message.checked() || Checksum.of(message.bytes(), message.payload(), message.end()) == 0)
                && Bytes.u8(message.bytes(), message.payload()) == ECHO) {
            icmp.echo(message, ECHO_REPLY);
        }
    }

    @Override
    public int headroom() {
        return Frame.HEADER + HEADER;
    }

    @Override
    public void send(IpAddress source, IpAddress destination, int protocol, byte[] frame, Offload offload) {
        lastId = lastId + 1 & 0xFFFF;
        int room = Frame.MTU - HEADER;
        int payload = frame.length - headroom();
        if (payload <= room || offload.segmentation() != Segmentation.NONE) {
            header(frame, source, destination, protocol, DONT_FRAGMENT);
            transmit(destination, frame, offload);
            return;
        }
        int piece = room / 8 * 8;
        for (int offset = 0; offset < payload; offset += piece) {
            int length = Math.min(piece, payload - offset);
            byte[] part = new byte[headroom() + length];
            System.arraycopy(frame, headroom() + offset, part, headroom(), length);
            int more = offset + length < payload ? MORE_FRAGMENTS : 0;
            header(part, source, destination, protocol, offset / 8 | more);
            transmit(destination, part, Offload.NONE);
        }
    }

    private void header(byte[] frame, IpAddress source, IpAddress destination, int protocol, int fragment) {
        int at = Frame.HEADER;
        Bytes.put16(frame, at, 0x4500);
        Bytes.put16(frame, at + LENGTH, frame.length - at);
        Bytes.put16(frame, at + ID, lastId);
        Bytes.put16(frame, at + FRAGMENT, fragment);
        Bytes.put8(frame, at + TTL, HOPS);
        Bytes.put8(frame, at + PROTOCOL, protocol);
        source.write(frame, at + SOURCE);
        destination.write(frame, at + DESTINATION);
        Bytes.put16(frame, at + CHECKSUM, 0);
        Bytes.put16(frame, at + CHECKSUM, Checksum.of(frame, at, at + HEADER));
    }

    private void transmit(IpAddress destination, byte[] frame, Offload offload) {
        if (network.isBroadcast(destination)) {
            ethernet.send(MacAddress.BROADCAST, Ethernet.IPV4, frame, offload);
        } else {
            neighbors.send(destination, frame, offload);
        }
    }

    /** Remembers whose a leased address is, before the guest has said so. */
    void learn(IpAddress address, MacAddress mac) {
        neighbors.learn(address, mac);
    }

    @Override
    public void refuse(Datagram datagram, Problem problem) {
        boolean toRouter = network.isRouter(datagram.destination());
        icmp.error(datagram, toRouter ? datagram.destination() : subnet.host(), problem.type4, problem.code4, QUOTE);
    }

    @Override
    public void close() {
        reassembler.close();
    }
}
