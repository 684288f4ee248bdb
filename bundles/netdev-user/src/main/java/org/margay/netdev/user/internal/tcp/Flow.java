package org.margay.netdev.user.internal.tcp;

import org.margay.netdev.user.internal.ip.IpAddress;

/** The two ends of a connection, as the guest sees them. */
public record Flow(IpAddress guest, int guestPort, IpAddress remote, int remotePort) {
    @Override
    public String toString() {
        return "%s:%d-%s:%d".formatted(guest, guestPort, remote, remotePort);
    }
}
