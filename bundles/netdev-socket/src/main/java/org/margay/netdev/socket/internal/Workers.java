package org.margay.netdev.socket.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The threads of one backend: virtual ones, since they wait most of the time. */
final class Workers implements AutoCloseable {
    /** What a thread does; it returns soon after it is interrupted, or what it waits for is closed. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final String name;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    Workers(String netdev) {
        this.name = "netdev-" + netdev;
    }

    Thread start(Work work) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                work.run();
            } catch (InterruptedException _) {
                // It is closed.
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Whether all have ended within a time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Ends them, and waits a moment: a socket's port is free when the threads that waited for it have gone. They never wait for the
     * machine lock; only one that asks a name server may stay a little longer.
     */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            var _ = awaitEnd(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
