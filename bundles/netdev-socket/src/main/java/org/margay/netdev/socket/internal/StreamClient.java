package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a peer, once, or again and again when it is not there or has hung up. */
final class StreamClient implements Line {
    private static final Logger LOG = LoggerFactory.getLogger(StreamClient.class);

    /** Where the peer is. */
    @FunctionalInterface
    interface Target {
        /** May wait for a name server. */
        SocketAddress resolve() throws IOException;
    }

    private final Target target;
    private final String name;
    private final Duration pause;
    private final Exchange exchange;
    private final Workers workers;
    private final AtomicReference<@Nullable SocketChannel> current = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * Begins to call; when the peer does not answer, only the log tells.
     *
     * @param name of the target
     * @param pause before the next call; zero to call only once
     */
    StreamClient(Target target, String name, Duration pause, Exchange exchange, Workers workers) {
        this.target = target;
        this.name = name;
        this.pause = pause;
        this.exchange = exchange;
        this.workers = workers;
        workers.start(this::call);
    }

    private void call() throws InterruptedException {
        boolean told = false;
        do {
            try (SocketChannel channel = connected()) {
                told = false;
                new StreamPeer(channel, exchange).carry(workers);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                if (!told) {
                    LOG.warn(
                            "netdev {}: can't connect to {}: {}",
                            exchange.client().name(),
                            name,
                            e.getMessage());
                }
                told = true;
            }
            Thread.sleep(pause);
        } while (!closed && pause.isPositive());
    }

    private SocketChannel connected() throws IOException {
        SocketAddress address = target.resolve();
        SocketChannel channel = address instanceof InetSocketAddress
                ? SocketChannel.open().setOption(StandardSocketOptions.TCP_NODELAY, true)
                : SocketChannel.open(StandardProtocolFamily.UNIX);
        current.set(channel);
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public String info() {
        return "socket: connect to " + name;
    }

    @Override
    public void close() {
        closed = true;
        SocketChannel channel = current.get();
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("netdev {}: {}", exchange.client().name(), e.getMessage());
            }
        }
    }
}
