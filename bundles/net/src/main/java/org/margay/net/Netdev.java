package org.margay.net;

/**
 * A host-side backend of the network, named by its id: found by cards with {@code machine.backends().find(Netdev.class, id)}. Under
 * the machine lock.
 */
public interface Netdev extends AutoCloseable {
    /** Its end of the wire, to which one card or hub connects. */
    NetClient client();

    /** What "info network" tells of it: "net=10.0.2.0,restrict=off". */
    String info();

    /** Whether "info network" shows it while nothing is connected to it. */
    default boolean listed() {
        return true;
    }

    /** Ends it: the wire is taken off, sockets, threads and files are given back. */
    @Override
    void close();
}
