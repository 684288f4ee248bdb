package org.margay.netdev.user.internal.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A UDP socket of the host. No call blocks. Under the machine lock. */
public interface HostDatagrams {
    /** Is told what happens to it; never from within a call to it. */
    @FunctionalInterface
    interface Events {
        /** After {@link #awaitReadable()}. */
        void readable();
    }

    /** Where sockets come from. */
    interface Factory {
        /** One for datagrams that a guest sends. */
        HostDatagrams open(Events events) throws IOException;

        /** One that listens. */
        HostDatagrams listen(InetSocketAddress address, Events events) throws IOException;
    }

    /**
     * Sends bytes; they are lost when there is no room.
     *
     * @throws java.net.PortUnreachableException when something sent before did not arrive
     */
    void send(byte[] bytes, int offset, int length, InetSocketAddress to) throws IOException;

    /**
     * Reads a datagram into a direct buffer.
     *
     * @return who sent it; null when there is none
     * @throws java.net.PortUnreachableException when something sent did not arrive
     */
    @Nullable
    InetSocketAddress receive(ByteBuffer target) throws IOException;

    /** Asks to be told once when there is something to receive. */
    void awaitReadable();

    /** Where it is bound. */
    InetSocketAddress address();

    /** The port of one that listened is free when this returns. */
    void close();
}
