package org.margay.netdev.user.internal.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Wire;

/** Passes what a socket receives on to a port of a guest, as fast as the guest takes it. */
final class Inlet implements HostDatagrams.Events, Wire.Sender {
    /** Datagrams in one go at most, so that others have their turn. */
    private static final int BURST = 64;

    /** Whose socket it is. */
    interface Owner {
        /** How the guest sees who sent a datagram. */
        Port alias(InetSocketAddress from);

        /** What was sent did not arrive. */
        void unreachable();
    }

    /** Makes the socket. */
    @FunctionalInterface
    interface Opener {
        HostDatagrams open(HostDatagrams.Events events) throws IOException;
    }

    private final UdpStack stack;
    private final Port guest;
    private final Owner owner;
    private final HostDatagrams socket;

    Inlet(UdpStack stack, Port guest, Owner owner, Opener opener) throws IOException {
        this.stack = stack;
        this.guest = guest;
        this.owner = owner;
        socket = opener.open(this);
        socket.awaitReadable();
    }

    HostDatagrams socket() {
        return socket;
    }

    @Override
    public void readable() {
        resume();
    }

    @Override
    public void resume() {
        boolean more = true;
        for (int i = 0; more && i < BURST; i++) {
            if (stack.wire().congested()) {
                stack.wire().await(this);
                return;
            }
            more = receive();
        }
        socket.awaitReadable();
    }

    /** Passes one on; false when there is none. */
    private boolean receive() {
        ByteBuffer buffer = stack.buffer().clear();
        try {
            @Nullable InetSocketAddress from = socket.receive(buffer);
            if (from == null) {
                return false;
            }
            stack.send(owner.alias(from), guest, buffer.flip());
        } catch (PortUnreachableException _) {
            owner.unreachable();
        } catch (IOException _) {
            return false;
        }
        return true;
    }

    void close() {
        stack.wire().forget(this);
        socket.close();
    }
}
