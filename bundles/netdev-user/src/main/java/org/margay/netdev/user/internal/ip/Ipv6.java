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

/** IPv6 (RFC 8200) with ICMPv6 (RFC 4443). Extension headers are skipped, but for fragments. */
final class Ipv6 implements IpLayer, AutoCloseable {
    private static final int HEADER = 40;

    private static final int LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    /** Extension headers. */
    private static final int HOP_BY_HOP = 0;

    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int NOTHING = 59;

    /** Extension headers that are skipped at most. */
    private static final int EXTENSIONS = 8;

    private static final int FRAGMENT_HEADER = 8;
    private static final int MORE_FRAGMENTS = 1;

    private static final int HOPS = 64;
    private static final int ECHO = 128;
    private static final int ECHO_REPLY = 129;

    /** Bytes of a datagram that an error quotes, so that it fits the smallest link (RFC 4443, 2.4). */
    private static final int QUOTE = 1280 - HEADER - Icmp.HEADER;

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final Neighbors neighbors;
    private final NeighborDiscovery discovery;
    private final Icmp icmp;
    private final Reassembler reassembler;
    private final Map<Integer, Consumer<Datagram>> transports;
    private final Ethernet ethernet;
    private int lastId;

    Ipv6(
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
        icmp = new Icmp(network, ethernet.wire(), this, Ip.ICMP6, probe);
        discovery = new NeighborDiscovery(network, subnet, ethernet, icmp, environment.clock());
        neighbors = discovery.neighbors();
        reassembler = new Reassembler(environment.clock());
        ethernet.layer(Ethernet.IPV6, this::receive);
    }

    private void receive(Frame frame) {
        byte[] bytes = frame.bytes();
        int at = Frame.HEADER;
        if (bytes.length < at + HEADER || Bytes.u8(bytes, at) >>> 4 != 6) {
            return;
        }
        boolean large = frame.offload().segmentation() != Segmentation.NONE;
        int payload = Bytes.u16(bytes, at + LENGTH);
        int end = large && payload == 0 ? bytes.length : at + HEADER + payload;
        IpAddress source = IpAddress.read6(bytes, at + SOURCE);
        IpAddress destination = IpAddress.read6(bytes, at + DESTINATION);
        if (end > bytes.length
                || source.isV4()
                || destination.isV4()
                || (!source.isAny() && !network.isGuest(source))) {
            return;
        }
        if (!source.isAny()) {
            neighbors.learn(source, Ethernet.source(frame));
        }
        Datagram datagram = new Datagram(
                source,
                destination,
                Bytes.u8(bytes, at + NEXT_HEADER),
                Bytes.u8(bytes, at + HOP_LIMIT),
                bytes,
                at,
                at + HEADER,
                end,
                frame.offload().checksum() != Offload.Checksum.COMPLETE);
        skipExtensions(datagram).ifPresent(this::route);
    }

    /** The datagram from its transport's header on; empty when it has none, or when pieces are missing. */
    private Optional<Datagram> skipExtensions(Datagram datagram) {
        byte[] bytes = datagram.bytes();
        int next = datagram.protocol();
        int at = datagram.payload();
        for (int i = 0; i < EXTENSIONS; i++) {
            switch (next) {
                case HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS -> {
                    if (datagram.end() - at < 8) {
                        return Optional.empty();
                    }
                    int length = (Bytes.u8(bytes, at + 1) + 1) * 8;
                    if (datagram.end() - at < length) {
                        return Optional.empty();
                    }
                    next = Bytes.u8(bytes, at);
                    at += length;
                }
                case FRAGMENT -> {
                    return datagram.end() - at < FRAGMENT_HEADER ? Optional.empty() : join(datagram, at);
                }
                case NOTHING -> {
                    return Optional.empty();
                }
                default -> {
                    return Optional.of(new Datagram(
                            datagram.source(),
                            datagram.destination(),
                            next,
                            datagram.hops(),
                            bytes,
                            datagram.header(),
                            at,
                            datagram.end(),
                            datagram.checked()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Datagram> join(Datagram piece, int at) {
        byte[] bytes = piece.bytes();
        int protocol = Bytes.u8(bytes, at);
        int offsetAndMore = Bytes.u16(bytes, at + 2);
        int payload = at + FRAGMENT_HEADER;
        boolean more = (offsetAndMore & MORE_FRAGMENTS) != 0;
        if (more && (piece.end() - payload) % 8 != 0) {
            return Optional.empty();
        }
        Reassembler.Key key =
                new Reassembler.Key(piece.source(), piece.destination(), protocol, Bytes.i32(bytes, at + 4));
        return reassembler
                .add(key, offsetAndMore & ~7, more, Arrays.copyOfRange(bytes, payload, piece.end()))
                .flatMap(whole -> skipExtensions(whole(piece, protocol, whole)));
    }

    /** A datagram in one piece, with a header as an error may quote it. */
    private static Datagram whole(Datagram lastPiece, int protocol, byte[] payload) {
        byte[] bytes = new byte[HEADER + payload.length];
        System.arraycopy(lastPiece.bytes(), lastPiece.header(), bytes, 0, HEADER);
        System.arraycopy(payload, 0, bytes, HEADER, payload.length);
        Bytes.put16(bytes, LENGTH, payload.length);
        Bytes.put8(bytes, NEXT_HEADER, protocol);
        return new Datagram(
                lastPiece.source(),
                lastPiece.destination(),
                protocol,
                lastPiece.hops(),
                bytes,
                0,
                HEADER,
                bytes.length,
                false);
    }

    private void route(Datagram datagram) {
        IpAddress destination = datagram.destination();
        boolean passesThrough =
                !network.isInside(destination) && !destination.isMulticast() && !destination.isLinkLocal();
        if (passesThrough && datagram.hops() <= 1 && !network.isRouter(destination)) {
            refuse(datagram, Problem.HOPS_EXCEEDED);
            return;
        }
        @Nullable Consumer<Datagram> transport = transports.get(datagram.protocol());
        if (transport != null) {
            transport.accept(datagram);
        } else if (datagram.protocol() == Ip.ICMP6) {
            control(datagram);
        } else {
            refuse(datagram, Problem.PROTOCOL_UNREACHABLE);
        }
    }

    private void control(Datagram message) {
        if (message.length() < Icmp.HEADER || !message.sound()) {
            return;
        }
        if (Bytes.u8(message.bytes(), message.payload()) != ECHO) {
            discovery.receive(message);
        } else if (!message.source().isAny()) {
            icmp.echo(message, ECHO_REPLY);
        }
    }

    @Override
    public int headroom() {
        return Frame.HEADER + HEADER;
    }

    @Override
    public void send(IpAddress source, IpAddress destination, int protocol, byte[] frame, Offload offload) {
        int room = Frame.MTU - HEADER;
        int payload = frame.length - headroom();
        if (payload <= room || offload.segmentation() != Segmentation.NONE) {
            header(frame, source, destination, protocol, HOPS);
            transmit(destination, frame, offload);
            return;
        }
        lastId++;
        int piece = (room - FRAGMENT_HEADER) / 8 * 8;
        for (int offset = 0; offset < payload; offset += piece) {
            int length = Math.min(piece, payload - offset);
            byte[] part = new byte[headroom() + FRAGMENT_HEADER + length];
            int at = headroom();
            Bytes.put8(part, at, protocol);
            Bytes.put16(part, at + 2, offset | (offset + length < payload ? MORE_FRAGMENTS : 0));
            Bytes.put32(part, at + 4, lastId);
            System.arraycopy(frame, at + offset, part, at + FRAGMENT_HEADER, length);
            header(part, source, destination, FRAGMENT, HOPS);
            transmit(destination, part, Offload.NONE);
        }
    }

    static void header(byte[] frame, IpAddress source, IpAddress destination, int nextHeader, int hops) {
        int at = Frame.HEADER;
        Bytes.put32(frame, at, 6 << 28);
        Bytes.put16(frame, at + LENGTH, frame.length - at - HEADER);
        Bytes.put8(frame, at + NEXT_HEADER, nextHeader);
        Bytes.put8(frame, at + HOP_LIMIT, hops);
        source.write(frame, at + SOURCE);
        destination.write(frame, at + DESTINATION);
    }

    private void transmit(IpAddress destination, byte[] frame, Offload offload) {
        if (destination.isMulticast()) {
            ethernet.send(multicast(destination), Ethernet.IPV6, frame, offload);
        } else {
            neighbors.send(destination, frame, offload);
        }
    }

    /** The group of Ethernet for a group of IPv6 (RFC 2464, 7). */
    static MacAddress multicast(IpAddress group) {
        return new MacAddress(0x3333L << 32 | (group.low() & 0xFFFF_FFFFL));
    }

    @Override
    public void refuse(Datagram datagram, Problem problem) {
        boolean toRouter = network.isRouter(datagram.destination());
        icmp.error(datagram, toRouter ? datagram.destination() : subnet.host(), problem.type6, problem.code6, QUOTE);
    }

    @Override
    public void close() {
        discovery.close();
        reassembler.close();
    }
}
