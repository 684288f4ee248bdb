package org.margay.netdev.socket.internal;

/** How a backend reaches its peers. */
interface Line extends AutoCloseable {
    /** What "info network" tells. */
    String info();

    /** Whether "info network" shows the backend while no card uses it. */
    default boolean listed() {
        return true;
    }

    /** Closes its sockets. */
    @Override
    void close();
}
