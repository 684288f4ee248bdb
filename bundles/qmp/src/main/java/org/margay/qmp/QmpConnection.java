package org.margay.qmp;

import java.nio.ByteBuffer;

/** One client's side of the protocol: negotiation mode and half-read input. */
public interface QmpConnection extends AutoCloseable {
    /**
     * Takes in the next bytes, cut anywhere; commands that they complete are run and answered before it returns. One
     * thread at a time.
     */
    void received(ByteBuffer bytes);

    /** Sends no more; half-read input is dropped. Any thread. */
    @Override
    void close();
}
