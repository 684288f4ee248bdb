package org.margay.netdev.user.internal;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.dns.FailingNameServer;
import org.margay.netdev.user.internal.host.HostSockets;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Problem;
import org.margay.netdev.user.internal.ip.Route;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.tcp.HostStream;
import org.margay.netdev.user.internal.tcp.TcpStack;

/**
 * Where what guests send goes on the host: for the router's address to the host's loopback address and nowhere else, for the name
 * server to the host's, for others as it is.
 */
final class Router implements TcpStack.Routes, Route.Finder {
    private static final int DNS = 53;

    private final VirtualNetwork network;
    private final Map<Port, HostStream.Opener> servers;
    private final HostSockets sockets;
    private final Supplier<Optional<InetSocketAddress>> nameServer;
    private final Executor loop;

    /** @param servers what guestfwd says */
    Router(
            VirtualNetwork network,
            Map<Port, HostStream.Opener> servers,
            HostSockets sockets,
            Supplier<Optional<InetSocketAddress>> nameServer,
            Executor loop) {
        this.network = network;
        this.servers = servers;
        this.sockets = sockets;
        this.nameServer = nameServer;
        this.loop = loop;
    }

    @Override
    public Optional<HostStream.Opener> route(IpAddress destination, int port) {
        HostStream.@Nullable Opener server = servers.get(new Port(destination, port));
        if (server != null) {
            return Optional.of(server);
        }
        return switch (find(new Port(destination, port))) {
            case Route.To to -> Optional.of(sockets.connector(to.address()));
            case Route.NoNameServer _ -> Optional.of(events -> new FailingNameServer(loop, events));
            case Route.Refused _ -> Optional.empty();
        };
    }

    @Override
    public Route find(Port destination) {
        IpAddress address = destination.address();
        if (network.restricted()) {
            return new Route.Refused(Problem.PROHIBITED);
        }
        if (network.isDns(address)) {
            return findNameServer(destination);
        }
        if (network.isHost(address)) {
            return new Route.To(new InetSocketAddress(address.loopback(), destination.number()), false);
        }
        if (network.isRouter(address)) {
            return new Route.Refused(Problem.PORT_UNREACHABLE);
        }
        boolean nowhere = network.isInside(address)
                || address.isAny()
                || address.isLoopback()
                || address.isMulticast()
                || (!address.isV4() && address.isLinkLocal());
        return nowhere
                ? new Route.Refused(Problem.HOST_UNREACHABLE)
                : new Route.To(new InetSocketAddress(address.toInet(), destination.number()), false);
    }

    private Route findNameServer(Port destination) {
        if (destination.number() != DNS) {
            return new Route.Refused(Problem.PORT_UNREACHABLE);
        }
        Optional<InetSocketAddress> real = nameServer.get();
        return real.isPresent() ? new Route.To(real.get(), true) : new Route.NoNameServer();
    }
}
