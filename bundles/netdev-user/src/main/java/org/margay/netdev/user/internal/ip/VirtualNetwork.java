package org.margay.netdev.user.internal.ip;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.net.MacAddress;

/**
 * Who is who in the virtual network: one router with many addresses, and guests.
 *
 * @param v4 IPv4, or null when it is switched off
 * @param v6 IPv6, or null when it is switched off
 * @param servers further addresses of the router, behind which there are servers of the host
 * @param restricted guests reach nothing beyond the network
 */
public record VirtualNetwork(@Nullable Subnet v4, @Nullable Subnet v6, Set<IpAddress> servers, boolean restricted) {
    /** fe80::2, the router's own in the scope of the link. */
    public static final IpAddress ROUTER_LINK_LOCAL = new IpAddress(0xFE80L << 48, 2);

    public VirtualNetwork {
        servers = Set.copyOf(servers);
    }

    /** 52:55 and the router's IPv4 address, where QEMU's users expect it; locally administered. */
    public MacAddress mac() {
        int bits = v4 == null ? 0x0A00_0202 : v4.host().v4Bits();
        return new MacAddress(0x5255L << 32 | Integer.toUnsignedLong(bits));
    }

    /** The network in the version of an address. */
    public Optional<Subnet> of(IpAddress address) {
        return Optional.ofNullable(address.isV4() ? v4 : v6);
    }

    /** Whether the router answers for an address. */
    public boolean isRouter(IpAddress address) {
        return of(address)
                        .filter(net -> address.equals(net.host()) || address.equals(net.dns()))
                        .isPresent()
                || servers.contains(address)
                || (v6 != null && address.equals(ROUTER_LINK_LOCAL));
    }

    public boolean isHost(IpAddress address) {
        return of(address).filter(net -> address.equals(net.host())).isPresent()
                || (v6 != null && address.equals(ROUTER_LINK_LOCAL));
    }

    public boolean isDns(IpAddress address) {
        return of(address).filter(net -> address.equals(net.dns())).isPresent();
    }

    /** Whether a datagram can have come from a guest with this source address. */
    public boolean isGuest(IpAddress address) {
        return (of(address).filter(net -> net.contains(address)).isPresent()
                        && !isRouter(address)
                        && !isBroadcast(address))
                || (v6 != null && !address.isV4() && address.isLinkLocal() && !isRouter(address));
    }

    /** IPv4: of all in the network. */
    public boolean isBroadcast(IpAddress address) {
        return address.isV4()
                && v4 != null
                && (address.equals(IpAddress.BROADCAST_4) || (v4.prefix() < 31 && address.equals(v4.broadcast())));
    }

    /** Whether an address can only be one of the virtual network: nothing of the kind is to be looked for outside. */
    public boolean isInside(IpAddress address) {
        return of(address).filter(net -> net.contains(address)).isPresent();
    }

    /** How a guest sees a peer of the host: as itself, unless the guest could not answer it. */
    public IpAddress seen(IpAddress peer, IpAddress guest) {
        boolean answerable = peer.isV4() == guest.isV4()
                && !peer.isLoopback()
                && !peer.isAny()
                && !peer.isLinkLocal()
                && !isInside(peer);
        return answerable ? peer : of(guest).map(Subnet::host).orElse(peer);
    }
}
