package org.margay.netdev.user.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.margay.netdev.user.internal.host.HostSockets;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.tcp.Flow;
import org.margay.netdev.user.internal.tcp.TcpStack;
import org.margay.netdev.user.internal.udp.UdpForward;
import org.margay.netdev.user.internal.udp.UdpStack;

/** Ports of the host that lead to guests. */
final class HostForwards implements AutoCloseable {
    /** Ports tried for a peer whose own one is taken: two peers may look the same to the guest. */
    private static final int ATTEMPTS = 64;

    private static final int FIRST_EPHEMERAL = 49_152;
    private static final int PORTS = 65_536;

    private record Open(HostForwardRule rule, Runnable close) {}

    private final VirtualNetwork network;
    private final HostSockets sockets;
    private final TcpStack tcp;
    private final UdpStack udp;
    private final RandomGenerator random;
    private final List<Open> open = new ArrayList<>();

    HostForwards(VirtualNetwork network, HostSockets sockets, TcpStack tcp, UdpStack udp, RandomGenerator random) {
        this.network = network;
        this.sockets = sockets;
        this.tcp = tcp;
        this.udp = udp;
        this.random = random;
    }

    /**
     * Opens a port.
     *
     * @throws IOException when it can't be had
     */
    void add(HostForwardRule rule) throws IOException {
        InetSocketAddress wanted = rule.place().socketAddress();
        if (rule.place().udp()) {
            UdpForward forward = udp.listen(wanted, rule.guest());
            keep(rule, forward.address(), forward::close);
        } else {
            HostSockets.Listener listener = sockets.listen(wanted, (peer, visit) -> visit(peer, visit, rule.guest()));
            keep(rule, listener.address(), listener::close);
        }
    }

    private void keep(HostForwardRule rule, InetSocketAddress actual, Runnable close) {
        open.add(new Open(rule.at(rule.place().withPort(actual.getPort())), close));
    }

    private void visit(InetSocketAddress peer, HostSockets.Visit visit, Port guest) {
        IpAddress seen = network.seen(IpAddress.of(peer.getAddress()), guest.address());
        Flow flow = new Flow(guest.address(), guest.number(), seen, peer.getPort());
        for (int i = 0; i < ATTEMPTS && tcp.has(flow); i++) {
            flow = new Flow(guest.address(), guest.number(), seen, random.nextInt(FIRST_EPHEMERAL, PORTS));
        }
        if (!tcp.invite(flow, visit.opener())) {
            visit.refuse();
        }
    }

    /** Closes a port; false when it is not open. */
    boolean remove(HostForwardRule.Place place) {
        for (Open one : open) {
            if (one.rule.place().equals(place)) {
                open.remove(one);
                one.close.run();
                return true;
            }
        }
        return false;
    }

    List<HostForwardRule> rules() {
        return open.stream().map(Open::rule).toList();
    }

    @Override
    public void close() {
        open.forEach(one -> one.close.run());
        open.clear();
    }
}
