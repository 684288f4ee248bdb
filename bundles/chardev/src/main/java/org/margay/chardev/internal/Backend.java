package org.margay.chardev.internal;

import java.io.IOException;
import java.util.function.Consumer;

/** The host's side of a chardev: where peers come from. */
interface Backend {
    /**
     * Opens what it takes; from then on peers are handed over, on any thread, possibly before this returns.
     *
     * @throws IOException when it can't be, with a text for the user
     */
    void start(Consumer<PeerStream> peers) throws IOException;

    /** As query-chardev shows it. Any thread. */
    String filename();

    /** Takes no more peers and gives back what it holds; streams handed over are closed by their owners. Any thread. */
    void close();

    /** After {@link #close} and the end of all streams: gives back what they needed. */
    default void release() {}
}
