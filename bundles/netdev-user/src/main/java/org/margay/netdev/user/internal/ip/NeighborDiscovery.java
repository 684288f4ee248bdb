package org.margay.netdev.user.internal.ip;

import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.net.Frame;
import org.margay.net.Offload;

/**
 * Neighbor discovery (RFC 4861) of the router: advertises itself and its prefix to guests that ask, answers for its addresses, asks
 * for those of guests. Stateless address autoconfiguration (RFC 4862) gives guests their addresses, DHCPv6 the rest.
 */
final class NeighborDiscovery implements AutoCloseable {
    private static final int ROUTER_SOLICITATION = 133;
    private static final int ROUTER_ADVERTISEMENT = 134;
    private static final int NEIGHBOR_SOLICITATION = 135;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;

    private static final int SOURCE_LINK_ADDRESS = 1;
    private static final int TARGET_LINK_ADDRESS = 2;
    private static final int PREFIX_INFORMATION = 3;
    private static final int MTU = 5;
    /** RFC 8106, 5.1. */
    private static final int DNS_SERVERS = 25;

    /** What a datagram must still have: it never passed a router. */
    private static final int HOPS = 255;

    private static final int HEADROOM = Frame.HEADER + 40;

    /** Type to reserved word, target. */
    private static final int NEIGHBOR_MESSAGE = 24;

    /** Other configuration: there is DHCPv6. */
    private static final int OTHER_CONFIGURATION = 0x40;

    /** On this link, and addresses may be made of it. */
    private static final int ON_LINK_AUTONOMOUS = 0xC0;

    private static final int ROUTER_SOLICITED_OVERRIDE = 0xE0 << 24;
    private static final int ROUTER_OVERRIDE = 0xA0 << 24;

    /** Seconds. */
    private static final int ROUTER_LIFETIME = 1_800;

    /** Between advertisements to all, once a guest has asked (RFC 4861, 6.2.1). */
    private static final long INTERVAL = 600 * Environment.SECOND;

    private static final int VALID_LIFETIME = 86_400;
    private static final int PREFERRED_LIFETIME = 14_400;

    private static final IpAddress ALL_NODES = new IpAddress(0xFF02L << 48, 1);

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final Ethernet ethernet;
    private final Icmp icmp;
    private final Neighbors neighbors;
    private final Clock clock;
    private final Timer timer;

    NeighborDiscovery(VirtualNetwork network, Subnet subnet, Ethernet ethernet, Icmp icmp, Clock clock) {
        this.network = network;
        this.subnet = subnet;
        this.ethernet = ethernet;
        this.icmp = icmp;
        this.clock = clock;
        timer = clock.timer(() -> advertise(ALL_NODES));
        neighbors = new Neighbors(ethernet, Ethernet.IPV6, this::ask);
    }

    Neighbors neighbors() {
        return neighbors;
    }

    /** Takes a message of ICMPv6 that is no echo. */
    void receive(Datagram message) {
        if (message.hops() != HOPS || Bytes.u8(message.bytes(), message.payload() + 1) != 0) {
            return;
        }
        switch (Bytes.u8(message.bytes(), message.payload())) {
            case ROUTER_SOLICITATION -> advertise(message.source().isAny() ? ALL_NODES : message.source());
            case NEIGHBOR_SOLICITATION -> answer(message);
            default -> {}
        }
    }

    private void advertise(IpAddress target) {
        timer.arm(clock.nanos() + INTERVAL);
        int at = HEADROOM;
        boolean routes = !network.restricted();
        byte[] frame = new byte[HEADROOM + 16 + 8 + 8 + 32 + (routes ? 24 : 0)];
        Bytes.put8(frame, at, ROUTER_ADVERTISEMENT);
        Bytes.put8(frame, at + 4, 64);
        Bytes.put8(frame, at + 5, OTHER_CONFIGURATION);
        Bytes.put16(frame, at + 6, routes ? ROUTER_LIFETIME : 0);
        at += 16;
        putLinkAddress(frame, at, SOURCE_LINK_ADDRESS);
        at += 8;
        Bytes.put8(frame, at, MTU);
        Bytes.put8(frame, at + 1, 1);
        Bytes.put32(frame, at + 4, Frame.MTU);
        at += 8;
        Bytes.put8(frame, at, PREFIX_INFORMATION);
        Bytes.put8(frame, at + 1, 4);
        Bytes.put8(frame, at + 2, subnet.prefix());
        Bytes.put8(frame, at + 3, ON_LINK_AUTONOMOUS);
        Bytes.put32(frame, at + 4, VALID_LIFETIME);
        Bytes.put32(frame, at + 8, PREFERRED_LIFETIME);
        subnet.network().write(frame, at + 16);
        at += 32;
        if (routes) {
            Bytes.put8(frame, at, DNS_SERVERS);
            Bytes.put8(frame, at + 1, 3);
            Bytes.put32(frame, at + 4, ROUTER_LIFETIME);
            subnet.dns().write(frame, at + 8);
        }
        send(frame, VirtualNetwork.ROUTER_LINK_LOCAL, target);
    }

    private void answer(Datagram solicitation) {
        if (solicitation.length() < NEIGHBOR_MESSAGE) {
            return;
        }
        IpAddress target = IpAddress.read6(solicitation.bytes(), solicitation.payload() + 8);
        if (target.isV4() || !network.isRouter(target)) {
            return;
        }
        boolean someone = !solicitation.source().isAny();
        byte[] frame = neighborMessage(NEIGHBOR_ADVERTISEMENT, target, TARGET_LINK_ADDRESS);
        Bytes.put32(frame, HEADROOM + 4, someone ? ROUTER_SOLICITED_OVERRIDE : ROUTER_OVERRIDE);
        send(frame, target, someone ? solicitation.source() : ALL_NODES);
    }

    private void ask(IpAddress guest) {
        byte[] frame = neighborMessage(NEIGHBOR_SOLICITATION, guest, SOURCE_LINK_ADDRESS);
        IpAddress group = new IpAddress(0xFF02L << 48, 0x1_FF00_0000L | (guest.low() & 0xFF_FFFF));
        send(frame, VirtualNetwork.ROUTER_LINK_LOCAL, group);
    }

    private byte[] neighborMessage(int type, IpAddress target, int linkOption) {
        byte[] frame = new byte[HEADROOM + NEIGHBOR_MESSAGE + 8];
        Bytes.put8(frame, HEADROOM, type);
        target.write(frame, HEADROOM + 8);
        putLinkAddress(frame, HEADROOM + NEIGHBOR_MESSAGE, linkOption);
        return frame;
    }

    @Override
    public void close() {
        timer.disarm();
    }

    private void putLinkAddress(byte[] frame, int at, int option) {
        Bytes.put8(frame, at, option);
        Bytes.put8(frame, at + 1, 1);
        Ethernet.put(frame, at + 2, ethernet.mac());
    }

    private void send(byte[] frame, IpAddress from, IpAddress to) {
        icmp.checksum(frame, from, to);
        Ipv6.header(frame, from, to, Ip.ICMP6, HOPS);
        if (to.isMulticast()) {
            ethernet.send(Ipv6.multicast(to), Ethernet.IPV6, frame, Offload.CHECKED);
        } else {
            neighbors.send(to, frame, Offload.CHECKED);
        }
    }
}
