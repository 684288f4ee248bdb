package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for all sockets of a network on one thread, and has those that are ready handled on the machine loop. A socket is watched
 * for one thing once: who wants more says so again.
 */
public final class Reactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

    /** Nanoseconds, and how often they are waited at most. */
    private static final long FLUSH_WAIT = 50_000;

    private static final int FLUSHES = 2_000;

    /** A socket that is watched. Under the machine lock. */
    final class Watch {
        private final SelectionKey key;
        private final IntConsumer handler;
        private boolean closed;

        private Watch(SelectableChannel channel, IntConsumer handler) throws IOException {
            this.handler = handler;
            key = channel.register(selector, 0, this);
        }

        /** Watches for operations of {@link SelectionKey}, besides those that it is watched for already. */
        void await(int operations) {
            if (!closed && (key.interestOps() & operations) != operations) {
                key.interestOpsOr(operations);
                selector.wakeup();
            }
        }

        boolean closed() {
            return closed;
        }

        void handle(int operations) {
            if (!closed) {
                handler.accept(operations);
            }
        }

        /** Closes the socket; nothing is handled any more. */
        void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                key.channel().close();
            } catch (IOException e) {
                LOG.debug("closing {}", key.channel(), e);
            }
            selector.wakeup();
        }
    }

    private final Selector selector;
    private final Executor loop;
    /** How often the selector was asked; each time it gives up what was closed before. */
    private final AtomicInteger rounds = new AtomicInteger();

    /**
     * Starts the thread.
     *
     * @param name of the network, for the thread's
     * @param loop runs a task soon, under the machine lock
     */
    public Reactor(String name, Executor loop) throws IOException {
        this.loop = loop;
        selector = Selector.open();
        Thread.ofPlatform().daemon(true).name("margay-net-" + name).start(this::work);
    }

    Executor loop() {
        return loop;
    }

    /**
     * Watches a socket, for nothing yet.
     *
     * @param handler takes the operations that are ready
     */
    Watch watch(SelectableChannel channel, IntConsumer handler) throws IOException {
        channel.configureBlocking(false);
        return new Watch(channel, handler);
    }

    private void work() {
        try {
            while (selector.isOpen()) {
                selector.select(this::handOver);
                rounds.incrementAndGet();
            }
        } catch (ClosedSelectorException _) {
            LOG.debug("ended");
        } catch (IOException e) {
            LOG.error("network connections are not watched any more", e);
        }
    }

    /** Waits for the moment that it takes until what was closed is free for others. */
    void flush() {
        int before = rounds.get();
        for (int i = 0; i < FLUSHES && rounds.get() - before < 2; i++) {
            selector.wakeup();
            LockSupport.parkNanos(FLUSH_WAIT);
        }
    }

    private void handOver(SelectionKey key) {
        try {
            int operations = key.readyOps();
            key.interestOpsAnd(~operations);
            Watch watch = (Watch) key.attachment();
            loop.execute(() -> watch.handle(operations));
        } catch (CancelledKeyException _) {
            // It was closed meanwhile.
        }
    }

    /** Ends the thread. The sockets were closed before. */
    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
