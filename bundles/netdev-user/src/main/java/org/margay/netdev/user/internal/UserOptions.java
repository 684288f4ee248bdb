package org.margay.netdev.user.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;

/**
 * Options of a user network as they are written; {@link UserSettings} reads them, so that what is wrong with one is said in plain
 * words.
 *
 * @param hostname of the guest, told by DHCP
 * @param restrict on: guests reach nothing but this network and what guestfwd says
 * @param ipv4 on or off
 * @param ipv6 on or off
 * @param ip the old name of net
 * @param net the network: address[/mask or prefix length]
 * @param host the router's address
 * @param dns the name server's
 * @param dhcpstart the first that guests are given
 * @param ipv6Net the same for IPv6: address[/prefix length]
 * @param ipv6Prefix the old name of ipv6-net, without length
 * @param ipv6Prefixlen the length
 * @param ipv6Host the router's address
 * @param ipv6Dns the name server's
 * @param tftp directory that guests may read by TFTP
 * @param tftpServerName told by DHCP
 * @param bootfile told by DHCP
 * @param dnssearch domains for short names, told by DHCP
 * @param domainname told by DHCP
 * @param smb refused
 * @param smbserver refused
 * @param hostfwd ports of the host that lead into the guest
 * @param guestfwd ports in the network that lead to something of the host's
 */
public record UserOptions(
        @Nullable String hostname,
        @PropertyType("bool") @Default("off") String restrict,
        @PropertyType("bool") @Nullable String ipv4,
        @PropertyType("bool") @Nullable String ipv6,
        @Nullable String ip,
        @Nullable String net,
        @Nullable String host,
        @Nullable String dns,
        @Nullable String dhcpstart,
        @Nullable String ipv6Net,
        @Nullable String ipv6Prefix,
        @Nullable String ipv6Prefixlen,
        @Nullable String ipv6Host,
        @Nullable String ipv6Dns,
        @Nullable String tftp,
        @Nullable String tftpServerName,
        @Nullable String bootfile,
        List<String> dnssearch,
        @Nullable String domainname,
        @Nullable String smb,
        @Nullable String smbserver,
        List<String> hostfwd,
        List<String> guestfwd) {}
