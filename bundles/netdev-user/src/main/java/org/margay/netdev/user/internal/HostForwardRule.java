package org.margay.netdev.user.internal;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;

/**
 * A port of the host that leads to one of a guest: "[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport". IPv6 addresses stand in
 * brackets. Port 0 of the host is a free one.
 */
record HostForwardRule(Place place, Port guest) {
    private static final String ADDRESS = "(\\[[^\\]]*\\]|[^:\\[\\]]*)";
    private static final Pattern PLACE = Pattern.compile("(tcp|udp|):" + ADDRESS + ":(\\d{1,5})");
    private static final Pattern GUEST = Pattern.compile(ADDRESS + ":(\\d{1,5})");

    /** Where on the host. */
    record Place(boolean udp, IpAddress address, int port) {
        /**
         * Reads "[tcp|udp]:[hostaddr]:hostport".
         *
         * @throws IllegalArgumentException when it is none, saying why
         */
        static Place parse(String text) {
            Matcher parts = PLACE.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("the host's part is not [tcp|udp]:[hostaddr]:hostport");
            }
            return new Place(
                    parts.group(1).equals("udp"),
                    readAddress(parts.group(2), IpAddress.ANY_4),
                    readPort(parts.group(3), 0));
        }

        InetSocketAddress socketAddress() {
            return new InetSocketAddress(address.toInet(), port);
        }

        Place withPort(int actual) {
            return new Place(udp, address, actual);
        }

        @Override
        public String toString() {
            return (udp ? "udp:" : "tcp:") + bracketed(address) + ":" + port;
        }
    }

    /**
     * Reads a rule.
     *
     * @param firstGuest the guest when none is named
     * @throws IllegalArgumentException when it is none, saying why
     */
    static HostForwardRule parse(String text, @Nullable IpAddress firstGuest) {
        int dash = text.lastIndexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("there is no '-' between the host's and the guest's part");
        }
        Place place = Place.parse(text.substring(0, dash));
        Matcher guest = GUEST.matcher(text.substring(dash + 1));
        if (!guest.matches()) {
            throw new IllegalArgumentException("the guest's part is not [guestaddr]:guestport");
        }
        if (guest.group(1).isEmpty() && firstGuest == null) {
            throw new IllegalArgumentException("the guest's address is missing");
        }
        IpAddress address = readAddress(guest.group(1), firstGuest);
        return new HostForwardRule(place, new Port(address, readPort(guest.group(2), 1)));
    }

    private static IpAddress readAddress(String text, @Nullable IpAddress fallback) {
        if (text.isEmpty() && fallback != null) {
            return fallback;
        }
        return IpAddress.parse(text.startsWith("[") ? text.substring(1, text.length() - 1) : text);
    }

    private static int readPort(String text, int smallest) {
        int port = Integer.parseInt(text);
        if (port < smallest || port > 0xFFFF) {
            throw new IllegalArgumentException("%s is no port".formatted(text));
        }
        return port;
    }

    private static String bracketed(IpAddress address) {
        return address.isV4() ? address.toString() : "[" + address + "]";
    }

    HostForwardRule at(Place actual) {
        return new HostForwardRule(actual, guest);
    }

    @Override
    public String toString() {
        return place + "-" + bracketed(guest.address()) + ":" + guest.number();
    }
}
