package org.margay.chardev.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevBackend.Tcp;
import org.margay.chardev.ChardevBackend.Unix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server on a UNIX socket, or one that speaks telnet: a virtual thread for each client. */
abstract sealed class ChannelServer implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelServer.class);

    private volatile boolean closed;

    /** Binds. */
    abstract ServerSocketChannel listen() throws IOException;

    abstract ChardevBackend.SocketMode mode();

    abstract String peer(SocketChannel client) throws IOException;

    /** What is left of the socket. */
    abstract void removeTraces();

    private volatile @Nullable ServerSocketChannel server;

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        ServerSocketChannel listening = listen();
        server = listening;
        Thread.ofVirtual().name("chardev-accept").start(() -> accept(listening, peers));
    }

    private void accept(ServerSocketChannel listening, Consumer<PeerStream> peers) {
        while (!closed) {
            try {
                SocketChannel client = listening.accept();
                peers.accept(SocketPeers.stream(client, peer(client), mode(), () -> {}));
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("{}: no more clients: {}", filename(), e.toString());
                }
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        ServerSocketChannel listening = server;
        if (listening != null) {
            try {
                listening.close();
            } catch (IOException e) {
                LOG.debug("{}: {}", filename(), e.toString());
            }
            removeTraces();
        }
    }

    /** On a UNIX socket, whose file goes with us. */
    static final class OnUnix extends ChannelServer {
        private final Unix unix;
        private final Path path;

        OnUnix(Unix unix) {
            this.unix = unix;
            this.path = Path.of(unix.path());
        }

        @Override
        ServerSocketChannel listen() throws IOException {
            removeSocket();
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                return channel.bind(UnixDomainSocketAddress.of(path));
            } catch (IOException e) {
                channel.close();
                throw new IOException("can't listen on " + path + ": " + SocketNames.reason(e));
            }
        }

        /** A socket left behind by a process that is gone, or ours. Anything else is not ours to remove. */
        private void removeSocket() throws IOException {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .isOther()) {
                Files.deleteIfExists(path);
            }
        }

        @Override
        ChardevBackend.SocketMode mode() {
            return unix.mode();
        }

        @Override
        String peer(SocketChannel client) {
            return "client of " + path;
        }

        @Override
        public String filename() {
            return SocketNames.filename("unix", unix.path(), unix.mode());
        }

        @Override
        void removeTraces() {
            try {
                removeSocket();
            } catch (IOException e) {
                LOG.debug("{}: {}", path, e.toString());
            }
        }
    }

    /** On a TCP port. */
    static final class OnTcp extends ChannelServer {
        private final Tcp tcp;
        private volatile int port;

        OnTcp(Tcp tcp) {
            this.tcp = tcp;
            this.port = tcp.port();
        }

        @Override
        ServerSocketChannel listen() throws IOException {
            InetAddress address = SocketNames.resolve(tcp);
            for (int candidate = tcp.port(); ; candidate++) {
                ServerSocketChannel channel = ServerSocketChannel.open();
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                try {
                    channel.bind(new InetSocketAddress(address, candidate));
                    port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
                    return channel;
                } catch (IOException e) {
                    channel.close();
                    if (candidate >= tcp.lastPort()) {
                        throw new IOException("can't listen on " + SocketNames.address(tcp.host(), candidate) + ": "
                                + SocketNames.reason(e));
                    }
                }
            }
        }

        @Override
        ChardevBackend.SocketMode mode() {
            return tcp.mode();
        }

        @Override
        String peer(SocketChannel client) throws IOException {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress remote = (InetSocketAddress) client.getRemoteAddress();
            return SocketNames.address(remote.getAddress().getHostAddress(), remote.getPort());
        }

        @Override
        public String filename() {
            return SocketNames.filename("tcp", SocketNames.address(tcp.host(), port), tcp.mode());
        }

        @Override
        void removeTraces() {}
    }
}
