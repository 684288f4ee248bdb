package org.margay.netdev.user.internal.ip;

/**
 * The virtual network as one version of IP sees it.
 *
 * @param network its first address
 * @param prefix bits that its addresses have in common
 * @param host the router, which stands for the host itself
 * @param dns the name server
 */
public record Subnet(IpAddress network, int prefix, IpAddress host, IpAddress dns) {
    public boolean contains(IpAddress address) {
        return address.matches(network, prefix);
    }

    /** IPv4: the address of all in the network. */
    public IpAddress broadcast() {
        return IpAddress.v4(network.v4Bits() | ~mask().v4Bits());
    }

    /** IPv4: ones where the network's part is. */
    public IpAddress mask() {
        return IpAddress.v4(prefix == 0 ? 0 : -1 << (32 - prefix));
    }
}
