package org.margay.netdev.user.internal.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A byte stream of the host that a guest's connection is joined to: a socket, a process, a chardev. No call blocks. Under the
 * machine lock.
 */
public interface HostStream {
    /** Is told what happens to a stream; never from within a call to the stream. */
    interface Events {
        /** It is there: bytes can be moved. */
        void connected();

        /** It can't be had, or is lost. Nothing else is told afterwards. */
        void failed(IOException why);

        /** After {@link #awaitReadable()}. */
        void readable();

        /** After {@link #awaitWritable()}. */
        void writable();
    }

    /** Where a stream comes from. */
    @FunctionalInterface
    interface Opener {
        /**
         * Begins to make the stream; its events tell when it is there.
         *
         * @throws IOException when it is clear at once that it can't be had
         */
        HostStream open(Events events) throws IOException;
    }

    /**
     * Reads what is there into a direct buffer.
     *
     * @return how many bytes; 0 when there are none now, -1 when there will be no more
     */
    int read(ByteBuffer target) throws IOException;

    /** Writes what goes now; returns how many bytes. */
    int write(byte[] bytes, int offset, int length) throws IOException;

    /** Asks to be told once when there is something to read, which may be the end. */
    void awaitReadable();

    /** Asks to be told once when there is room to write. */
    void awaitWritable();

    /** Tells the other side that no more bytes come. */
    void shutdownOutput() throws IOException;

    /** Ends it in good order. */
    void close();

    /** Ends it so that the other side sees a failure. */
    void abort();
}
