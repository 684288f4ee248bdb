package org.margay.netdev.user.internal.dhcp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.IpAddress;

/**
 * What guests are told.
 *
 * @param first the first address that is given away
 * @param hostname of the guest
 * @param domain that the guest is in
 * @param search domains in which short names are looked for
 * @param bootFile what a guest without a disk loads by TFTP
 * @param tftpServerName where from, when it is not the router
 */
public record DhcpSettings(
        IpAddress first,
        @Nullable String hostname,
        @Nullable String domain,
        List<String> search,
        @Nullable String bootFile,
        @Nullable String tftpServerName) {
    public DhcpSettings {
        search = List.copyOf(search);
    }
}
