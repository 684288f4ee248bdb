package org.margay.chardev;

import java.util.OptionalInt;

/** The kinds of chardevs and what is said of each. */
public sealed interface ChardevBackend {
    /** Swallows all. */
    record Null() implements ChardevBackend {}

    /** A text console of a display; swallows all as long as there is none. */
    record VirtualConsole() implements ChardevBackend {}

    /** @param signal whether Ctrl-C and its like act on the process rather than go to the guest */
    record Stdio(boolean signal) implements ChardevBackend {}

    /** Output only. */
    record File(String path, boolean append) implements ChardevBackend {}

    /** PATH.in and PATH.out, or one FIFO. */
    record Pipe(String path) implements ChardevBackend {}

    /** A pseudo terminal of the host. */
    record Pty() implements ChardevBackend {}

    /**
     * A TCP socket.
     *
     * @param host name or address; never empty
     * @param lastPort servers: the last of the ports tried, at least port
     * @param family which addresses of a name are taken: empty for any, 4 or 6
     */
    record Tcp(String host, int port, int lastPort, OptionalInt family, SocketMode mode) implements ChardevBackend {}

    /** A UNIX socket. */
    record Unix(String path, SocketMode mode) implements ChardevBackend {}

    /**
     * What TCP and UNIX sockets have in common.
     *
     * @param server listens rather than connects
     * @param waits a server's machine does not start before the first client has come
     * @param telnet speaks RFC 854
     * @param noDelay TCP: small packets leave at once
     * @param reconnectSeconds a client tries again after that long; 0 for never
     */
    record SocketMode(boolean server, boolean waits, boolean telnet, boolean noDelay, int reconnectSeconds) {}
}
