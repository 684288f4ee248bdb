package org.margay.chardev;

/** One peer of a chardev: a client's connection, the terminal. Any thread. */
public interface ByteStream extends AutoCloseable {
    /** Who it is, for log lines: "127.0.0.1:51234", "stdio". */
    String peer();

    /**
     * Sends bytes, behind those sent before; never blocks. The bytes are copied. Nothing happens when closed.
     */
    void write(byte[] data, int offset, int length);

    /** Bytes written that have not left yet; who writes without end must look at it. */
    long pending();

    /** Stops or goes on reading from the peer; calls of the handler under way still end. */
    void setReading(boolean reading);

    /** Sends what is pending, for at most a second, and disconnects. */
    @Override
    void close();

    /** Disconnects at once, whatever is pending. */
    void abort();
}
