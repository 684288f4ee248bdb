package org.margay.nbd.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.margay.block.ImageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to an export. When it is lost, the next request makes another, and what was under way is sent again: all
 * requests may be done twice. Nobody can know whether a server that came back still has what it did not flush: as with a disk whose
 * cable was pulled, that is lost or not.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 1000;

    private final NbdAddress address;
    private final NbdExport export;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile Connection connection;
    private volatile boolean closed;

    /** @throws IOException when it can't be reached now */
    Link(NbdAddress address) throws IOException {
        this.address = address;
        connection = Connection.open(address);
        export = connection.export();
    }

    /** As it was when first connected. */
    NbdExport export() {
        return export;
    }

    /**
     * Does a request, on another connection if need be.
     *
     * @param requests makes it anew for each attempt
     * @throws IOException when the server can't do it, or can't be reached for too long
     */
    List<Request.State> call(Supplier<Request> requests) throws IOException {
        long limit = 0;
        long pause = FIRST_PAUSE_MS;
        while (true) {
            try {
                return current(limit).call(requests.get());
            } catch (ConnectionLostException e) {
                long now = System.nanoTime();
                limit = limit == 0 ? now + address.reconnect().toNanos() : limit;
                if (closed || now >= limit) {
                    throw new IOException("connection lost: " + e.getMessage(), e);
                }
                if (e.getCause() instanceof NbdProtocolException || pause > FIRST_PAUSE_MS) {
                    // A server that breaks off at each attempt is not to be asked without end.
                    pause(pause);
                }
                pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
            }
        }
    }

    /** @param limit until when to try, or 0: from now as long as it is allowed */
    private Connection current(long limit) throws IOException {
        Connection known = connection;
        if (!known.lost()) {
            return known;
        }
        connecting.lock();
        try {
            if (connection.lost()) {
                connection = reconnect(
                        limit == 0 ? System.nanoTime() + address.reconnect().toNanos() : limit);
            }
            return connection;
        } finally {
            connecting.unlock();
        }
    }

    private Connection reconnect(long limit) throws IOException {
        long pause = FIRST_PAUSE_MS;
        while (true) {
            if (closed) {
                throw new IOException("the connection is closed");
            }
            try {
                Connection fresh = Connection.open(address);
                check(fresh);
                LOG.info("connected again to export '{}'", address.export());
                return fresh;
            } catch (ImageException e) {
                throw e;
            } catch (IOException e) {
                if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) >= limit) {
                    throw new IOException("connection lost, and no other to be had: " + e.getMessage(), e);
                }
                pause(pause);
                pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
            }
        }
    }

    /** Whether it is the same export still. */
    private void check(Connection fresh) throws ImageException {
        NbdExport now = fresh.export();
        boolean same = now.length() == export.length()
                && now.flags() == export.flags()
                && now.minimumBlock() <= export.minimumBlock()
                && now.maximumBlock() >= export.maximumBlock();
        if (!same) {
            fresh.close();
            throw new ImageException("the export is another one since the connection was lost");
        }
    }

    private static void pause(long milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    void close() {
        closed = true;
        connection.close();
    }
}
