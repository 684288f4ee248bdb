package org.margay.netdev.user.internal.ip;

import java.util.function.Consumer;

/** Finds out whether an address outside answers. */
@FunctionalInterface
public interface EchoProbe {
    /** What became of a probe. */
    enum Answer {
        ANSWERED,
        /** There is no way to it. */
        UNREACHABLE,
        /** Nothing came: there is nothing to tell the guest either. */
        SILENT
    }

    /**
     * Asks an address. Never blocks.
     *
     * @param answer told later, under the machine lock
     */
    void probe(IpAddress address, Consumer<Answer> answer);
}
