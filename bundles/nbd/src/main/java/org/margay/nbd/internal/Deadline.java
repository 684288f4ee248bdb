package org.margay.nbd.internal;

import java.io.IOException;
import java.time.Duration;

/** Closes a connection unless it is itself closed in time. */
final class Deadline implements AutoCloseable {
    private final Thread thread;
    private volatile boolean expired;

    /** @param time zero: any time is in time */
    Deadline(Transport transport, Duration time) {
        thread = Thread.ofVirtual().name("nbd-deadline").unstarted(() -> {
            try {
                Thread.sleep(time);
                expired = true;
                transport.close();
            } catch (InterruptedException e) {
                // In time.
            } catch (IOException e) {
                // It is gone.
            }
        });
        if (time.isPositive()) {
            thread.start();
        }
    }

    /** Whether the connection was closed. */
    boolean expired() {
        return expired;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
