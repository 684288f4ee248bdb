package org.margay.netdev.user.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;

/** A port of the virtual network that leads to something of the host's: "tcp:server:port-target". */
record GuestForwardRule(Port server, Target target) {
    private static final Pattern FORM = Pattern.compile("(?:tcp|):([^:-]*):(\\d{1,5})-(.+)");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");

    /** What connections lead to. */
    sealed interface Target {
        /** "tcp:host:port": a connection to there for each. */
        record Tcp(InetSocketAddress address) implements Target {}

        /** "unix:path": a connection to there for each. */
        record Unix(UnixDomainSocketAddress address) implements Target {}

        /** "cmd:command": a process of the host's shell for each. */
        record Command(String command) implements Target {}

        /** "chardev:id", or the id alone: one at a time. */
        record Chardev(String id) implements Target {}
    }

    /**
     * Reads a rule.
     *
     * @param usual the server's address when none is named
     * @throws IllegalArgumentException when it is none, saying why
     */
    static GuestForwardRule parse(String text, IpAddress usual) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it is not tcp:server:port-target");
        }
        IpAddress server = parts.group(1).isEmpty() ? usual : IpAddress.parse(parts.group(1));
        return new GuestForwardRule(new Port(server, port(parts.group(2))), target(parts.group(3)));
    }

    private static Target target(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "chardev" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (kind) {
            case "tcp" -> new Target.Tcp(address(rest));
            case "unix" -> new Target.Unix(UnixDomainSocketAddress.of(rest));
            case "cmd" -> new Target.Command(rest);
            case "chardev" -> new Target.Chardev(rest);
            default ->
                throw new IllegalArgumentException(
                        "'%s' is none of tcp:host:port, unix:path, cmd:command, chardev:id".formatted(text));
        };
    }

    /** An address, never a name: to ask for one may take long. */
    private static InetSocketAddress address(String text) {
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'%s' is not host:port".formatted(text));
        }
        String host = parts.group(1);
        InetAddress address = host.equals("localhost")
                ? InetAddress.getLoopbackAddress()
                : IpAddress.parse(host.replaceFirst("^\\[(.*)\\]$", "$1")).toInet();
        return new InetSocketAddress(address, port(parts.group(2)));
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("%s is no port".formatted(text));
        }
        return port;
    }
}
