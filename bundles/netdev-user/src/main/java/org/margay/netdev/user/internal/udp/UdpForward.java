package org.margay.netdev.user.internal.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Port;

/** A port of the host that leads to one of a guest, and the peers that came by it. */
public final class UdpForward implements Inlet.Owner, AutoCloseable {
    /** Peers known at most; the one that was silent for longest goes. */
    private static final int PEERS = 256;

    /** First port that a peer is given when another one has its own. */
    private static final int EPHEMERAL = 49_152;

    private final UdpStack stack;
    private final Port guest;
    private final Inlet inlet;
    /** By how the guest sees them. */
    private final LinkedHashMap<Port, InetSocketAddress> peers = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<InetSocketAddress, Port> aliases = new HashMap<>();

    UdpForward(UdpStack stack, Port guest, InetSocketAddress address, HostDatagrams.Factory sockets)
            throws IOException {
        this.stack = stack;
        this.guest = guest;
        inlet = new Inlet(stack, guest, this, events -> sockets.listen(address, events));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return inlet.socket().address();
    }

    /** Sends what a guest answers to a peer; false when it is for someone else. */
    boolean answer(Message message) {
        @Nullable InetSocketAddress peer = message.source().equals(guest) ? peers.get(message.destination()) : null;
        if (peer == null) {
            return false;
        }
        try {
            inlet.socket().send(message.datagram().bytes(), message.data(), message.length(), peer);
        } catch (IOException _) {
            // As on any network, the datagram is lost.
        }
        return true;
    }

    @Override
    public Port alias(InetSocketAddress peer) {
        @Nullable Port alias = aliases.get(peer);
        if (alias == null) {
            alias = newAlias(peer);
        }
        peers.putLast(alias, peer);
        return alias;
    }

    private Port newAlias(InetSocketAddress peer) {
        if (peers.size() == PEERS) {
            aliases.remove(peers.pollFirstEntry().getValue());
        }
        Port alias = stack.seen(peer, guest);
        for (int port = EPHEMERAL; peers.containsKey(alias); port++) {
            alias = new Port(alias.address(), port);
        }
        aliases.put(peer, alias);
        return alias;
    }

    @Override
    public void unreachable() {
        // A peer that listens no more; nobody waits for the answer.
    }

    @Override
    public void close() {
        stack.forget(this);
        inlet.close();
    }
}
