package org.margay.netdev.user.internal.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Datagram;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Problem;
import org.margay.netdev.user.internal.ip.Route;

/** A port of a guest and the socket that stands for it outside. */
final class GuestPort implements Inlet.Owner {
    /** RFC 4787, 4.3. */
    private static final long PATIENCE = 300 * Environment.SECOND;

    /** Of a port that only asks for names: resolvers take a new one for each query. */
    private static final long RESOLVER_PATIENCE = 30 * Environment.SECOND;

    /** Bytes of a datagram that an error about it must quote. */
    private static final int QUOTE = 8;

    private final UdpStack stack;
    private final Port guest;
    private final Inlet inlet;
    private long idleSince;
    private boolean onlyNames = true;
    /** Where the virtual name server's datagrams went, and in whose name answers from there come. */
    private @Nullable InetSocketAddress nameServer;

    private @Nullable Port nameServerAlias;
    private @Nullable Datagram lastSent;

    GuestPort(UdpStack stack, Port guest, HostDatagrams.Factory sockets) throws IOException {
        this.stack = stack;
        this.guest = guest;
        idleSince = stack.now();
        inlet = new Inlet(stack, guest, this, sockets::open);
    }

    Port guest() {
        return guest;
    }

    /** Whether it was silent for so long that it should go. */
    boolean expired() {
        return idleSince + (onlyNames ? RESOLVER_PATIENCE : PATIENCE) <= stack.now();
    }

    void send(Message message, Route.To to) {
        idleSince = stack.now();
        onlyNames &= to.nameServer();
        if (to.nameServer()) {
            nameServer = to.address();
            nameServerAlias = message.destination();
        }
        lastSent = message.datagram().head(QUOTE);
        try {
            inlet.socket().send(message.datagram().bytes(), message.data(), message.length(), to.address());
        } catch (PortUnreachableException _) {
            stack.refuse(message.datagram(), Problem.PORT_UNREACHABLE);
        } catch (IOException _) {
            stack.refuse(message.datagram(), Problem.NETWORK_UNREACHABLE);
        }
    }

    @Override
    public Port alias(InetSocketAddress from) {
        idleSince = stack.now();
        Port alias = nameServerAlias;
        return alias != null && from.equals(nameServer) ? alias : stack.seen(from, guest);
    }

    @Override
    public void unreachable() {
        Datagram about = lastSent;
        if (about != null) {
            stack.refuse(about, Problem.PORT_UNREACHABLE);
        }
    }

    void close() {
        inlet.close();
    }
}
