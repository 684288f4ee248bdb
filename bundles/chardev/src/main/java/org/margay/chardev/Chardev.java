package org.margay.chardev;

/**
 * A character device: the host's end of a byte stream, named by its label. Found with
 * {@code machine.backends().find(Chardev.class, "serial0")}. It is used in one of two ways: a device {@link #attach}es as
 * its front end and talks to one peer at a time, or a server {@link #serve}s every peer by itself.
 */
public interface Chardev extends AutoCloseable {
    /** Its id: "serial0", "compat_monitor0", what {@code id=} said. */
    String label();

    /** What it is connected to, as query-chardev shows it: "pty:/dev/pts/3", "tcp:127.0.0.1:4444,server". Any thread. */
    String filename();

    /** Whether there is a peer: a client, a terminal. Any thread. */
    boolean connected();

    /** Whether a device or server uses it. Any thread. */
    boolean attached();

    /**
     * Makes a device its front end. If a peer is there already, the front end hears {@link CharFrontend#opened()} at once.
     * Under the machine lock.
     *
     * @throws IllegalStateException when it is in use
     */
    void attach(CharFrontend frontend);

    /** Takes the front end off; input waits. Under the machine lock. */
    void detach(CharFrontend frontend);

    /**
     * Sends bytes of the front end to the peer; never blocks. Without a peer they are lost, and count as sent. Under the
     * machine lock.
     *
     * @return how many were taken, 0 to length; when fewer, {@link CharFrontend#writable()} tells when to go on
     */
    int write(byte[] data, int offset, int length);

    /** The front end, which took less than it was given, has room again. Under the machine lock. */
    void acceptInput();

    /**
     * Gives every peer, those there and those to come, to a server. Any thread.
     *
     * @throws IllegalStateException when it is in use
     */
    void serve(StreamAcceptor acceptor);

    /** Sends what was written, for at most a second, and gives back all it holds of the host. Any thread. */
    @Override
    void close();
}
