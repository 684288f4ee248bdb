package org.margay.netdev.user.internal.dhcp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.net.MacAddress;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Subnet;
import org.margay.netdev.user.internal.ip.VirtualNetwork;

/** Which guest has which address. */
final class Leases {
    /** Seconds. */
    static final int DURATION = 86_400;

    /** Addresses that are given away at most. */
    private static final int ADDRESSES = 64;

    private record Lease(MacAddress holder, long end) {}

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final IpAddress first;
    private final Clock clock;
    private final Map<IpAddress, Lease> leases = new HashMap<>();
    /** Addresses that somebody uses without a lease. */
    private final Set<IpAddress> spoilt = new HashSet<>();

    Leases(VirtualNetwork network, Subnet subnet, IpAddress first, Clock clock) {
        this.network = network;
        this.subnet = subnet;
        this.first = first;
        this.clock = clock;
    }

    /** The address for a guest: the one that it has, the one that it wants, or a free one; empty when there is none. */
    Optional<IpAddress> choose(MacAddress guest, IpAddress wanted) {
        @Nullable IpAddress free = null;
        for (int i = ADDRESSES - 1; i >= 0; i--) {
            IpAddress candidate = at(i);
            if (!isLeasable(candidate)) {
                continue;
            }
            @Nullable Lease lease = leases.get(candidate);
            if (lease != null && lease.holder.equals(guest)) {
                return Optional.of(candidate);
            }
            if (isFree(lease) && !wanted.equals(free)) {
                free = candidate;
            }
        }
        return Optional.ofNullable(free);
    }

    private IpAddress at(int index) {
        return IpAddress.v4(first.v4Bits() + index);
    }

    private boolean isLeasable(IpAddress address) {
        return subnet.contains(address)
                && !network.isRouter(address)
                && !network.isBroadcast(address)
                && !spoilt.contains(address);
    }

    private boolean isFree(@Nullable Lease lease) {
        return lease == null || lease.end <= clock.nanos();
    }

    /** Gives an address to a guest; false when it can't be its. */
    boolean take(MacAddress guest, IpAddress address) {
        int index = address.v4Bits() - first.v4Bits();
        @Nullable Lease lease = leases.get(address);
        boolean mine = lease != null && lease.holder.equals(guest);
        if (!address.isV4() || index < 0 || index >= ADDRESSES || !isLeasable(address) || (!mine && !isFree(lease))) {
            return false;
        }
        release(guest);
        leases.put(address, new Lease(guest, clock.nanos() + DURATION * Environment.SECOND));
        return true;
    }

    void release(MacAddress guest) {
        leases.values().removeIf(lease -> lease.holder.equals(guest));
    }

    /** A guest found that somebody else uses the address that it was given. */
    void spoil(MacAddress guest, IpAddress address) {
        @Nullable Lease lease = leases.get(address);
        if (lease != null && lease.holder.equals(guest)) {
            release(guest);
            spoilt.add(address);
        }
    }
}
