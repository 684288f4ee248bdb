package org.margay.netdev.user.internal;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.dhcp.DhcpSettings;
import org.margay.netdev.user.internal.dhcp.DomainNames;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Subnet;
import org.margay.netdev.user.internal.ip.VirtualNetwork;

/**
 * What {@link UserOptions} mean, checked.
 *
 * @param tftp directory that guests may read, or null
 */
record UserSettings(
        VirtualNetwork network,
        DhcpSettings dhcp,
        @Nullable Path tftp,
        List<HostForwardRule> hostForwards,
        List<GuestForwardRule> guestForwards) {
    private static final String DEFAULT_NET = "10.0.2.0/24";
    private static final String DEFAULT_NET_6 = "fec0::/64";

    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

    /** The last bytes of the addresses that are not said. */
    private static final int HOST = 0x0202;

    private static final int DNS = 0x0203;
    private static final int GUEST_SERVER = 0x0204;
    private static final int FIRST_GUEST = 0x020F;

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException when they can't be, saying why
     */
    static UserSettings of(UserOptions options) {
        if (options.smb() != null || options.smbserver() != null) {
            throw new IllegalArgumentException("smb needs a file server of the host, which is not supported");
        }
        boolean only6 = options.ipv4() == null && isOn("ipv6", options.ipv6(), false);
        boolean only4 = options.ipv6() == null && isOn("ipv4", options.ipv4(), false);
        boolean has4 = isOn("ipv4", options.ipv4(), !only6);
        boolean has6 = isOn("ipv6", options.ipv6(), !only4);
        if (!has4 && !has6) {
            throw new IllegalArgumentException("neither IPv4 nor IPv6 is on");
        }
        Subnet subnet = subnet4(options);
        IpAddress firstGuest = inside(subnet, "dhcpstart", options.dhcpstart(), FIRST_GUEST);
        if (firstGuest.equals(subnet.host()) || firstGuest.equals(subnet.dns())) {
            throw new IllegalArgumentException("dhcpstart %s is taken".formatted(firstGuest));
        }
        List<GuestForwardRule> guestForwards = guestForwards(options, subnet);
        Set<IpAddress> servers = new HashSet<>();
        guestForwards.forEach(rule -> servers.add(rule.server().address()));
        VirtualNetwork network = new VirtualNetwork(
                has4 ? subnet : null,
                has6 ? subnet6(options) : null,
                servers,
                isOn("restrict", options.restrict(), false));
        return new UserSettings(
                network,
                dhcp(options, firstGuest),
                directory(options.tftp()),
                hostForwards(options, network, has4 ? firstGuest : null),
                guestForwards);
    }

    private static boolean isOn(String name, @Nullable String text, boolean fallback) {
        return switch (text) {
            case null -> fallback;
            case "on", "yes", "y", "true" -> true;
            case "off", "no", "n", "false" -> false;
            default -> throw new IllegalArgumentException("%s is on or off, not '%s'".formatted(name, text));
        };
    }

    // ---- addresses

    private static Subnet subnet4(UserOptions options) {
        if (options.net() != null && options.ip() != null) {
            throw new IllegalArgumentException("ip is the old name of net: only one of them can be said");
        }
        String text = options.net() != null ? options.net() : options.ip() != null ? options.ip() : DEFAULT_NET;
        int slash = text.indexOf('/');
        IpAddress address = address4("net", slash < 0 ? text : text.substring(0, slash));
        int prefix = slash < 0 ? usualPrefix(address.v4Bits()) : prefix4(text.substring(slash + 1));
        Subnet bare = new Subnet(address, prefix, address, address);
        IpAddress network = IpAddress.v4(address.v4Bits() & bare.mask().v4Bits());
        Subnet unnamed = new Subnet(network, prefix, network, network);
        IpAddress host = inside(unnamed, "host", options.host(), HOST);
        IpAddress dns = inside(unnamed, "dns", options.dns(), DNS);
        if (host.equals(dns)) {
            throw new IllegalArgumentException("host and dns are both %s".formatted(host));
        }
        return new Subnet(network, prefix, host, dns);
    }

    /** A network without a mask has the one of its class, or that of a range for private use. */
    private static int usualPrefix(int address) {
        if (address >= 0) {
            return 8;
        }
        if (address >>> 20 == 0xAC1) {
            return 12;
        }
        return address >>> 30 == 2 || address >>> 16 == 0xC0A8 ? 16 : 24;
    }

    private static int prefix4(String text) {
        if (PREFIX.matcher(text).matches()) {
            return prefix(text, 30);
        }
        int mask = address4("the mask of net", text).v4Bits();
        int prefix = Integer.numberOfLeadingZeros(~mask);
        if (prefix > 30 || (prefix < 32 && mask << prefix != 0)) {
            throw new IllegalArgumentException("%s is no network mask".formatted(text));
        }
        return prefix;
    }

    private static int prefix(String text, int largest) {
        int prefix = PREFIX.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (prefix < 4 || prefix > largest) {
            throw new IllegalArgumentException("'%s' is no prefix length from 4 to %d".formatted(text, largest));
        }
        return prefix;
    }

    private static IpAddress address4(String name, String text) {
        IpAddress address = parse(name, text);
        if (!address.isV4()) {
            throw new IllegalArgumentException("%s '%s' is no IPv4 address".formatted(name, text));
        }
        return address;
    }

    private static IpAddress parse(String name, String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** An address of the network: what the user says, or the one with these last bytes. */
    private static IpAddress inside(Subnet subnet, String name, @Nullable String text, int last) {
        int hostBits = ~subnet.mask().v4Bits();
        IpAddress address =
                text == null ? IpAddress.v4(subnet.network().v4Bits() | (last & hostBits)) : address4(name, text);
        int own = address.v4Bits() & hostBits;
        if (!subnet.contains(address) || own == 0 || own == hostBits) {
            throw new IllegalArgumentException(
                    "%s %s is not in the network %s/%d".formatted(name, address, subnet.network(), subnet.prefix()));
        }
        return address;
    }

    private static Subnet subnet6(UserOptions options) {
        String text = options.ipv6Net() != null
                ? options.ipv6Net()
                : options.ipv6Prefix() != null ? options.ipv6Prefix() : DEFAULT_NET_6;
        int slash = text.indexOf('/');
        IpAddress network = address6("ipv6-net", slash < 0 ? text : text.substring(0, slash));
        String said = slash >= 0 ? text.substring(slash + 1) : options.ipv6Prefixlen();
        int prefix = prefix(said == null ? "64" : said, 120);
        if (!network.equals(network.masked(prefix))) {
            throw new IllegalArgumentException("ipv6-net %s has bits behind its prefix".formatted(text));
        }
        IpAddress host = inside6(network, prefix, "ipv6-host", options.ipv6Host(), 2);
        IpAddress dns = inside6(network, prefix, "ipv6-dns", options.ipv6Dns(), 3);
        if (host.equals(dns)) {
            throw new IllegalArgumentException("ipv6-host and ipv6-dns are both %s".formatted(host));
        }
        return new Subnet(network, prefix, host, dns);
    }

    private static IpAddress address6(String name, String text) {
        IpAddress address = parse(name, text);
        if (address.isV4()) {
            throw new IllegalArgumentException("%s '%s' is no IPv6 address".formatted(name, text));
        }
        return address;
    }

    private static IpAddress inside6(IpAddress network, int prefix, String name, @Nullable String text, int last) {
        IpAddress address = text == null ? new IpAddress(network.high(), network.low() | last) : address6(name, text);
        if (!address.matches(network, prefix) || address.equals(network)) {
            throw new IllegalArgumentException(
                    "%s %s is not in the network %s/%d".formatted(name, address, network, prefix));
        }
        return address;
    }

    // ---- the rest

    private static DhcpSettings dhcp(UserOptions options, IpAddress firstGuest) {
        List<String> search = new ArrayList<>();
        for (String names : options.dnssearch()) {
            search.addAll(List.of(names.split(",")));
        }
        for (String name : search) {
            if (!DomainNames.isName(name)) {
                throw new IllegalArgumentException("dnssearch '%s' is no domain".formatted(name));
            }
        }
        return new DhcpSettings(
                firstGuest,
                text("hostname", options.hostname(), 255),
                text("domainname", options.domainname(), 255),
                search,
                text("bootfile", options.bootfile(), 255),
                text("tftp-server-name", options.tftpServerName(), 255));
    }

    private static @Nullable String text(String name, @Nullable String text, int longest) {
        if (text != null && (text.isEmpty() || text.length() > longest)) {
            throw new IllegalArgumentException("%s has no text of 1 to %d characters".formatted(name, longest));
        }
        return text;
    }

    private static @Nullable Path directory(@Nullable String text) {
        try {
            if (text == null || Files.isDirectory(Path.of(text))) {
                return text == null ? null : Path.of(text);
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw new IllegalArgumentException("tftp '%s' is no directory".formatted(text));
    }

    private static List<HostForwardRule> hostForwards(
            UserOptions options, VirtualNetwork network, @Nullable IpAddress firstGuest) {
        List<HostForwardRule> rules = new ArrayList<>();
        for (String text : options.hostfwd()) {
            rules.add(hostForward(text, network, firstGuest));
        }
        return rules;
    }

    /**
     * Reads a rule of this network.
     *
     * @throws IllegalArgumentException when it can't be, saying why
     */
    static HostForwardRule hostForward(String text, VirtualNetwork network, @Nullable IpAddress firstGuest) {
        try {
            HostForwardRule rule = HostForwardRule.parse(text, firstGuest);
            if (!network.isGuest(rule.guest().address())) {
                throw new IllegalArgumentException(
                        "%s can't be a guest".formatted(rule.guest().address()));
            }
            return rule;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "invalid host forwarding rule '%s': %s".formatted(text, e.getMessage()), e);
        }
    }

    private static List<GuestForwardRule> guestForwards(UserOptions options, Subnet subnet) {
        List<GuestForwardRule> rules = new ArrayList<>();
        for (String text : options.guestfwd()) {
            try {
                IpAddress usual = IpAddress.v4(subnet.network().v4Bits()
                        | (GUEST_SERVER & ~subnet.mask().v4Bits()));
                GuestForwardRule rule = GuestForwardRule.parse(text, usual);
                IpAddress server = rule.server().address();
                if (!subnet.contains(server) || server.equals(subnet.host()) || server.equals(subnet.dns())) {
                    throw new IllegalArgumentException("%s can't be a server".formatted(server));
                }
                if (rules.stream().anyMatch(other -> other.server().equals(rule.server()))) {
                    throw new IllegalArgumentException("there is one at this address and port");
                }
                rules.add(rule);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "invalid guest forwarding rule '%s': %s".formatted(text, e.getMessage()), e);
            }
        }
        return rules;
    }
}
