package org.margay.netdev.user.internal.ip;

import java.net.InetSocketAddress;

/** Where a guest's datagram leads. */
public sealed interface Route {
    /**
     * To a socket of the host's world.
     *
     * @param nameServer whether it stands for the virtual network's name server
     */
    record To(InetSocketAddress address, boolean nameServer) implements Route {}

    /** The guest is told why not. */
    record Refused(Problem problem) implements Route {}

    /** To a name server, which there is none of. */
    record NoNameServer() implements Route {}

    /** Finds them. */
    @FunctionalInterface
    interface Finder {
        Route find(Port destination);
    }
}
