package org.margay.netdev.socket.internal;

import java.util.Locale;

/** Kinds of addresses of the types stream and dgram. */
enum AddressKind {
    INET,
    UNIX;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
