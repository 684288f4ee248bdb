package org.margay.netdev.socket.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.margay.machine.property.PropertyType;

/**
 * A host and a port, as users write them: "10.0.0.1:1234", "[::1]:1234", "host:1234", ":1234".
 *
 * @param host empty when none is said
 */
@PropertyType("host:port")
record Endpoint(String host, int port) {
    private static final int MAXIMUM_PORT = 65_535;

    Endpoint {
        if (port < 0 || port > MAXIMUM_PORT) {
            throw new IllegalArgumentException("port number '%d' is invalid".formatted(port));
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none, saying why
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "host address '%s' doesn't contain ':' separating host from port".formatted(text));
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("port number in '%s' is invalid".formatted(text));
        }
    }

    /**
     * Its address; the loopback when no host is said, so that nobody else's network is opened by oversight. May wait for a name
     * server.
     */
    InetSocketAddress resolve() throws UnknownHostException {
        InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
        return new InetSocketAddress(address, port);
    }

    static Endpoint of(InetSocketAddress address) {
        return new Endpoint(address.getAddress().getHostAddress(), address.getPort());
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
