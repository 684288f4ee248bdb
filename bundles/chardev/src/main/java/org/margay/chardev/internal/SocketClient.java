package org.margay.chardev.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.ChardevBackend.SocketMode;
import org.margay.chardev.ChardevBackend.Tcp;
import org.margay.chardev.ChardevBackend.Unix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects to a server of the user's, again and again if so asked. */
final class SocketClient implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(SocketClient.class);

    /** Makes a connection. */
    private interface Connector {
        SocketChannel connect() throws IOException;
    }

    private final String filename;
    private final String server;
    private final SocketMode mode;
    private final Connector connector;
    private volatile boolean closed;

    private SocketClient(String kind, String server, SocketMode mode, Connector connector) {
        this.filename = SocketNames.filename(kind, server, mode);
        this.server = server;
        this.mode = mode;
        this.connector = connector;
    }

    static SocketClient of(Tcp tcp) {
        String server = SocketNames.address(tcp.host(), tcp.port());
        return new SocketClient("tcp", server, tcp.mode(), () -> {
            SocketChannel socket = connect(new InetSocketAddress(SocketNames.resolve(tcp), tcp.port()), null);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return socket;
        });
    }

    static SocketClient of(Unix unix) {
        return new SocketClient(
                "unix",
                unix.path(),
                unix.mode(),
                () -> connect(UnixDomainSocketAddress.of(unix.path()), StandardProtocolFamily.UNIX));
    }

    private static SocketChannel connect(SocketAddress address, @Nullable StandardProtocolFamily family)
            throws IOException {
        SocketChannel socket = family == null ? SocketChannel.open() : SocketChannel.open(family);
        try {
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        if (mode.reconnectSeconds() > 0) {
            tryUntilConnected(peers);
            return;
        }
        try {
            peers.accept(SocketPeers.stream(connector.connect(), server, mode, () -> {}));
        } catch (IOException e) {
            throw new IOException("can't connect to " + server + ": " + SocketNames.reason(e));
        }
    }

    private void tryUntilConnected(Consumer<PeerStream> peers) {
        Thread.ofVirtual().name("chardev-connect").start(() -> {
            while (!closed) {
                try {
                    peers.accept(SocketPeers.stream(connector.connect(), server, mode, () -> later(peers)));
                    return;
                } catch (IOException e) {
                    LOG.debug("{}: {}", server, e.toString());
                }
                if (!pause()) {
                    return;
                }
            }
        });
    }

    private void later(Consumer<PeerStream> peers) {
        Thread.ofVirtual().name("chardev-connect").start(() -> {
            if (pause() && !closed) {
                tryUntilConnected(peers);
            }
        });
    }

    private boolean pause() {
        try {
            Thread.sleep(Duration.ofSeconds(mode.reconnectSeconds()));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public void close() {
        closed = true;
    }
}
