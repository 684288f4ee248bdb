package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.tcp.HostStream;
import org.margay.netdev.user.internal.udp.HostDatagrams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sockets of the host that one reactor watches. Under the machine lock. */
public final class HostSockets implements HostDatagrams.Factory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostSockets.class);

    private static final int BUFFER = 128 << 10;

    /** Connections accepted in one go at most, so that others have their turn. */
    private static final int BURST = 64;

    private static final int BACKLOG = 128;

    private final Reactor reactor;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    public HostSockets(Reactor reactor) {
        this.reactor = reactor;
    }

    static ProtocolFamily family(SocketAddress address) {
        return switch (address) {
            case UnixDomainSocketAddress _ -> StandardProtocolFamily.UNIX;
            case InetSocketAddress inet when inet.getAddress() instanceof Inet4Address -> StandardProtocolFamily.INET;
            default -> StandardProtocolFamily.INET6;
        };
    }

    /** Connects to a TCP or UNIX socket. */
    public HostStream.Opener connector(SocketAddress address) {
        return events -> {
            try {
                SocketChannel channel = SocketChannel.open(family(address));
                return new SocketStream(channel, reactor, buffer, events).connect(address, reactor);
            } catch (UnsupportedOperationException e) {
                throw new SocketException("no sockets for " + address, e);
            }
        };
    }

    /** Joins a connection that was accepted. */
    private HostStream.Opener joiner(SocketChannel channel) {
        return events -> new SocketStream(channel, reactor, buffer, events);
    }

    /** A TCP port of the host. */
    public interface Listener extends AutoCloseable {
        InetSocketAddress address();

        /** The port is free when this returns. */
        @Override
        void close();
    }

    /**
     * Listens on a TCP port.
     *
     * @param visitor told of each peer's address and of what opens the stream to it; it closes what it does not open
     */
    public Listener listen(InetSocketAddress address, BiConsumer<InetSocketAddress, Visit> visitor) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(family(address));
        try {
            return new TcpListener(server.bind(address, BACKLOG), visitor);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** A connection that was accepted: it is either opened or refused. */
    public final class Visit {
        private final SocketChannel channel;

        private Visit(SocketChannel channel) {
            this.channel = channel;
        }

        public HostStream.Opener opener() {
            return joiner(channel);
        }

        public void refuse() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing {}", channel, e);
            }
        }
    }

    private final class TcpListener implements Listener {
        private final ServerSocketChannel server;
        private final BiConsumer<InetSocketAddress, Visit> visitor;
        private final InetSocketAddress address;
        private final Reactor.Watch watch;

        TcpListener(ServerSocketChannel server, BiConsumer<InetSocketAddress, Visit> visitor) throws IOException {
            this.server = server;
            this.visitor = visitor;
            address = (InetSocketAddress) server.getLocalAddress();
            watch = reactor.watch(server, _ -> accept());
            watch.await(SelectionKey.OP_ACCEPT);
        }

        private void accept() {
            try {
                for (int i = 0; i < BURST; i++) {
                    @Nullable SocketChannel channel = server.accept();
                    if (channel == null) {
                        break;
                    }
                    visitor.accept((InetSocketAddress) channel.getRemoteAddress(), new Visit(channel));
                }
                watch.await(SelectionKey.OP_ACCEPT);
            } catch (IOException e) {
                LOG.debug("accepting on {}", address, e);
                retryLater();
            }
        }

        /** The host has no more sockets, say: it may have some soon. */
        private void retryLater() {
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, reactor.loop())
                    .execute(() -> watch.await(SelectionKey.OP_ACCEPT));
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void close() {
            watch.close();
            reactor.flush();
        }
    }

    @Override
    public HostDatagrams open(HostDatagrams.Events events) throws IOException {
        return UdpSocket.open(reactor, buffer, events);
    }

    @Override
    public HostDatagrams listen(InetSocketAddress address, HostDatagrams.Events events) throws IOException {
        return UdpSocket.listen(address, reactor, buffer, events);
    }

    @Override
    public void close() {
        reactor.close();
    }
}
