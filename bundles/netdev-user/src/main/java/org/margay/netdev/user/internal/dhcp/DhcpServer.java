package org.margay.netdev.user.internal.dhcp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Ip;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Subnet;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.udp.Message;
import org.margay.netdev.user.internal.udp.UdpStack;

/** The DHCP server (RFC 2131), which also answers BOOTP (RFC 951, RFC 1534). Leases are by the card's address. */
public final class DhcpServer {
    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;

    private static final int BOOTP = 0;
    private static final int DISCOVER = 1;
    private static final int OFFER = 2;
    private static final int REQUEST = 3;
    private static final int DECLINE = 4;
    private static final int ACK = 5;
    private static final int NAK = 6;
    private static final int RELEASE = 7;
    private static final int INFORM = 8;

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final DhcpSettings settings;
    private final Ip ip;
    private final UdpStack udp;
    private final Leases leases;

    public DhcpServer(
            VirtualNetwork network,
            Subnet subnet,
            DhcpSettings settings,
            Ip ip,
            UdpStack udp,
            Environment environment) {
        this.network = network;
        this.subnet = subnet;
        this.settings = settings;
        this.ip = ip;
        this.udp = udp;
        leases = new Leases(network, subnet, settings.first(), environment.clock());
    }

    /** Answers from now on. */
    public void start() {
        udp.service(SERVER_PORT, this::receive);
    }

    private void receive(Message message) {
        @Nullable DhcpRequest request = message.datagram().source().isV4() ? DhcpRequest.read(message.bytes()) : null;
        if (request == null) {
            return;
        }
        switch (request.type()) {
            case BOOTP, DISCOVER -> offer(request);
            case REQUEST -> decide(request);
            case DECLINE -> leases.spoil(request.client(), request.wanted());
            case RELEASE -> leases.release(request.client());
            case INFORM -> answer(request, ACK, IpAddress.ANY_4);
            default -> {}
        }
    }

    private void offer(DhcpRequest request) {
        Optional<IpAddress> address = leases.choose(request.client(), request.wanted());
        if (address.isPresent() && leases.take(request.client(), address.get())) {
            answer(request, request.type() == BOOTP ? BOOTP : OFFER, address.get());
        }
    }

    /** RFC 2131, 4.3.2; a guest may go on with an address that it had of an earlier one of us. */
    private void decide(DhcpRequest request) {
        if (!request.server().isAny() && !request.server().equals(subnet.host())) {
            leases.release(request.client());
            return;
        }
        IpAddress address = request.wanted().isAny() ? request.current() : request.wanted();
        if (leases.take(request.client(), address)) {
            answer(request, ACK, address);
        } else {
            answer(request, NAK, IpAddress.ANY_4);
        }
    }

    private void answer(DhcpRequest request, int type, IpAddress address) {
        DhcpReply reply = new DhcpReply(request, address);
        if (type != BOOTP) {
            reply.add(DhcpReply.TYPE, new byte[] {(byte) type});
            reply.add(DhcpReply.SERVER, subnet.host().bytes());
        }
        if (type != NAK) {
            describe(reply, type == OFFER || (type == ACK && !address.isAny()));
        }
        udp.send(
                new Port(subnet.host(), SERVER_PORT),
                new Port(target(request, type, address), CLIENT_PORT),
                reply.bytes());
    }

    private void describe(DhcpReply reply, boolean leased) {
        if (leased) {
            reply.add(DhcpReply.LEASE_TIME, Leases.DURATION);
        }
        reply.add(DhcpReply.MASK, subnet.mask().bytes());
        if (!network.restricted()) {
            reply.add(DhcpReply.ROUTER, subnet.host().bytes());
            reply.add(DhcpReply.NAME_SERVER, subnet.dns().bytes());
        }
        reply.nextServer(subnet.host());
        reply.add(DhcpReply.HOST_NAME, settings.hostname());
        reply.add(DhcpReply.DOMAIN, settings.domain());
        reply.bootFile(settings.bootFile());
        reply.add(DhcpReply.TFTP_SERVER, settings.tftpServerName());
        reply.add(DhcpReply.SEARCH, DomainNames.encode(settings.search()));
    }

    /** RFC 2131, 4.1. */
    private IpAddress target(DhcpRequest request, int type, IpAddress address) {
        if (type != NAK && !request.current().isAny() && network.isGuest(request.current())) {
            ip.learn(request.current(), request.client());
            return request.current();
        }
        if (type == NAK || address.isAny() || request.wantsBroadcast()) {
            return IpAddress.BROADCAST_4;
        }
        ip.learn(address, request.client());
        return address;
    }
}
