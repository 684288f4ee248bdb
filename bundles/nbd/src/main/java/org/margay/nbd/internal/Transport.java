package org.margay.nbd.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection's bytes. One thread may read while another writes; {@link #close} ends both. */
interface Transport extends AutoCloseable {
    /**
     * Fills a buffer.
     *
     * @throws java.io.EOFException when the other side ended
     */
    void read(ByteBuffer target) throws IOException;

    /** Sends all of them. */
    void write(ByteBuffer[] sources) throws IOException;

    @Override
    void close() throws IOException;
}
