package org.margay.nbd.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;

/**
 * Where an export is and how to reach it. Two ways of writing it: {@code nbd:HOST:PORT[:exportname=NAME]} and {@code
 * nbd:unix:PATH[:exportname=NAME]}, or a URI as doc/uri.md of the NBD project has them, with libnbd's parameters for TLS.
 *
 * @param host to connect to, or none for a UNIX socket
 * @param socket path of a UNIX socket, or none
 * @param export its name; empty: the server's default
 * @param tls how to encrypt, or none
 * @param reconnect how long a lost connection may take to come back before requests fail
 * @param timeout how long a request, or a step of connecting, may take
 */
record NbdAddress(
        Optional<InetSocketAddress> host,
        Optional<Path> socket,
        String export,
        Optional<TlsSettings> tls,
        Duration reconnect,
        Duration timeout) {
    static final int DEFAULT_PORT = 10809;

    /** Longer names than the protocol allows are refused here. */
    static final int LONGEST_EXPORT_NAME = 4096;

    private static final Duration DEFAULT_RECONNECT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
    private static final long MOST_SECONDS = 1_000_000;
    private static final String EXPORT_NAME = "exportname=";

    NbdAddress {
        if (export.getBytes(StandardCharsets.UTF_8).length > LONGEST_EXPORT_NAME) {
            throw new IllegalArgumentException("export name too long to send to server");
        }
    }

    /**
     * Takes a file name apart.
     *
     * @throws ImageException when it says no address
     */
    static NbdAddress parse(String filename) throws ImageException {
        try {
            return filename.contains("://") ? ofUri(filename) : ofColons(filename);
        } catch (IllegalArgumentException e) {
            throw new ImageException("%s: %s".formatted(filename, e.getMessage()), e);
        }
    }

    private static NbdAddress ofColons(String filename) {
        String rest = filename.substring(filename.indexOf(':') + 1);
        String export = "";
        int name = rest.indexOf(":" + EXPORT_NAME);
        if (name >= 0) {
            export = rest.substring(name + 1 + EXPORT_NAME.length());
            rest = rest.substring(0, name);
        }
        if (rest.startsWith("unix:")) {
            return new NbdAddress(
                    Optional.empty(),
                    Optional.of(path(rest.substring("unix:".length()))),
                    export,
                    Optional.empty(),
                    DEFAULT_RECONNECT,
                    DEFAULT_TIMEOUT);
        }
        int colon = rest.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("expects nbd:HOST:PORT or nbd:unix:PATH");
        }
        return new NbdAddress(
                Optional.of(host(rest.substring(0, colon), port(rest.substring(colon + 1)))),
                Optional.empty(),
                export,
                Optional.empty(),
                DEFAULT_RECONNECT,
                DEFAULT_TIMEOUT);
    }

    private static NbdAddress ofUri(String filename) {
        URI uri;
        try {
            uri = new URI(filename);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URI: " + e.getReason(), e);
        }
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String scheme = uri.getScheme();
        boolean unix = scheme.endsWith("+unix");
        Optional<Path> socket = Optional.ofNullable(parameters.remove("socket")).map(NbdAddress::path);
        if (unix != socket.isPresent()) {
            throw new IllegalArgumentException(
                    unix ? "a UNIX socket needs ?socket=PATH" : "?socket= goes with nbd+unix:// only");
        }
        if (!unix && (uri.getHost() == null || uri.getHost().isEmpty())) {
            throw new IllegalArgumentException("names no host");
        }
        String export = uri.getPath() == null || uri.getPath().isEmpty()
                ? ""
                : uri.getPath().substring(1);
        Optional<InetSocketAddress> host = unix
                ? Optional.empty()
                : Optional.of(host(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()));
        Optional<TlsSettings> tls = scheme.startsWith("nbds")
                ? Optional.of(TlsSettings.take(parameters, host.orElseThrow().getHostString()))
                : Optional.empty();
        Duration reconnect = seconds(parameters.remove("reconnect-delay"), DEFAULT_RECONNECT);
        Duration timeout = seconds(parameters.remove("timeout"), DEFAULT_TIMEOUT);
        if (!parameters.isEmpty()) {
            throw new IllegalArgumentException("unknown parameter '%s'"
                    .formatted(parameters.keySet().iterator().next()));
        }
        return new NbdAddress(host, socket, export, tls, reconnect, timeout);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String item : query.split("&", -1)) {
                int equals = item.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            item.substring(0, equals),
                            URLDecoder.decode(item.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    private static Duration seconds(@Nullable String text, Duration byDefault) {
        if (text == null) {
            return byDefault;
        }
        try {
            long seconds = Long.parseLong(text);
            if (seconds >= 0 && seconds <= MOST_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'%s' is not a number of seconds".formatted(text));
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("names no socket");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("invalid path: " + e.getReason(), e);
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'%s' is not a port".formatted(text));
    }

    private static InetSocketAddress host(String text, int port) {
        boolean brackets = text.startsWith("[") && text.endsWith("]");
        String name = brackets ? text.substring(1, text.length() - 1) : text;
        if (port == 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("'%d' is not a port".formatted(port));
        }
        // Looked up at each connection: a server may have moved when it comes back.
        return InetSocketAddress.createUnresolved(name, port);
    }

    /** What to connect to now. */
    SocketAddress resolve() {
        return socket.<SocketAddress>map(UnixDomainSocketAddress::of)
                .orElseGet(() -> new InetSocketAddress(
                        host.orElseThrow().getHostString(), host.orElseThrow().getPort()));
    }
}
