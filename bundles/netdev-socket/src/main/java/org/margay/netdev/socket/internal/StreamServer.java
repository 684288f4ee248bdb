package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a peer, and for the next one when that has hung up. Others wait until then. */
final class StreamServer implements Line {
    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    /** Peers that may wait for their turn. */
    private static final int BACKLOG = 1;

    /** After a peer could not be let in: the host may be short of something. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Exchange exchange;
    private final Workers workers;
    private final ServerSocketChannel server;
    /** With the port that was chosen for port 0. */
    private final SocketAddress address;

    private volatile @Nullable String peer;

    StreamServer(SocketAddress address, Exchange exchange, Workers workers) throws IOException {
        this.exchange = exchange;
        this.workers = workers;
        this.server = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            server.bind(address, BACKLOG);
            this.address = server.getLocalAddress();
        } catch (IOException e) {
            server.close();
            throw new IOException("can't bind socket to %s: %s".formatted(name(address), e.getMessage()), e);
        }
        workers.start(this::serve);
    }

    private static String name(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? Endpoint.of(inet).toString() : address.toString();
    }

    private void serve() throws InterruptedException {
        while (server.isOpen()) {
            try (SocketChannel channel = server.accept()) {
                if (address instanceof InetSocketAddress) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                peer = name(channel.getRemoteAddress());
                LOG.debug("netdev {}: connection from {}", exchange.client().name(), peer);
                new StreamPeer(channel, exchange).carry(workers);
            } catch (ClosedChannelException e) {
                LOG.trace("netdev {}: closed", exchange.client().name(), e);
            } catch (IOException e) {
                LOG.warn("netdev {}: {}", exchange.client().name(), e.getMessage());
                Thread.sleep(PAUSE);
            } finally {
                peer = null;
            }
        }
    }

    @Override
    public String info() {
        String connected = peer;
        return connected == null ? "socket: listening on " + name(address) : "socket: connection from " + connected;
    }

    /** Nobody is in this network yet. */
    @Override
    public boolean listed() {
        return peer != null;
    }

    @Override
    public void close() {
        try {
            server.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            LOG.debug("netdev {}: {}", exchange.client().name(), e.getMessage());
        }
    }
}
