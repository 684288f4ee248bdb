package org.margay.chardev.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevBackend.SocketMode;
import org.margay.chardev.ChardevRequest;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;
import org.margay.machine.option.NearestName;

/** QEMU's two spellings of chardevs: {@code -chardev socket,id=x,path=/p,server=on} and {@code unix:/p,server}. */
public final class ChardevSyntax {
    /** sun_path of Linux (unix(7)) has 108 bytes, one of them NUL. */
    private static final int MAXIMUM_UNIX_PATH = 107;

    private static final int MAXIMUM_PORT = 65_535;

    private static final List<String> BACKENDS = List.of("null", "vc", "stdio", "file", "pipe", "pty", "socket");

    /** QEMU has them, we do not. */
    private static final List<String> FOREIGN = List.of(
            "udp",
            "ringbuf",
            "memory",
            "serial",
            "tty",
            "parallel",
            "parport",
            "msmouse",
            "braille",
            "wctablet",
            "testdev",
            "spicevmc",
            "spiceport",
            "console");

    private ChardevSyntax() {}

    public static ChardevRequest parse(String text) throws OptionException {
        KeyValues values = KeyValues.parse(text, "backend");
        String kind = values.required("backend");
        String id = values.id().orElseThrow(() -> new OptionException("chardev: no id specified"));
        boolean mux = values.flag("mux").orElse(false);
        values.ignore("logfile", "logappend");
        ChardevBackend backend = backend(kind, values);
        values.finish();
        return new ChardevRequest(id, backend, mux, false);
    }

    private static ChardevBackend backend(String kind, KeyValues values) throws OptionException {
        return switch (kind) {
            case "null" -> new ChardevBackend.Null();
            case "vc" -> {
                values.ignore("width", "height", "cols", "rows");
                yield new ChardevBackend.VirtualConsole();
            }
            case "stdio" -> new ChardevBackend.Stdio(values.flag("signal").orElse(true));
            case "file" ->
                new ChardevBackend.File(
                        values.required("path"), values.flag("append").orElse(false));
            case "pipe" -> new ChardevBackend.Pipe(values.required("path"));
            case "pty" -> new ChardevBackend.Pty();
            case "socket" -> socket(values);
            default ->
                throw new OptionException(
                        FOREIGN.contains(kind)
                                ? "chardev backend '%s' is not there yet".formatted(kind)
                                : "'%s' is not a valid char driver name%s"
                                        .formatted(kind, NearestName.hint(kind, BACKENDS)));
        };
    }

    private static ChardevBackend socket(KeyValues values) throws OptionException {
        SocketMode mode = mode(values);
        if (values.string("path").isPresent()) {
            return unix(values.required("path"), mode);
        }
        String host = values.string("host").orElse("");
        int port = values.number("port", 0, MAXIMUM_PORT)
                .orElseThrow(() -> new OptionException("chardev: socket: no port given"))
                .intValue();
        return tcp(host, port, values, mode);
    }

    private static SocketMode mode(KeyValues values) throws OptionException {
        boolean server = values.flag("server").orElse(false);
        boolean wait = values.flag("wait").orElse(server);
        if (wait && !server) {
            throw new OptionException("'wait' option is incompatible with socket in client connect mode");
        }
        int reconnect = values.number("reconnect", 0, 1_000_000).orElse(0L).intValue();
        if (reconnect > 0 && server) {
            throw new OptionException("'reconnect' option is incompatible with socket in server listen mode");
        }
        boolean noDelay = values.flag("delay").map(delay -> !delay).orElse(false)
                || values.flag("nodelay").orElse(false);
        return new SocketMode(server, wait, values.flag("telnet").orElse(false), noDelay, reconnect);
    }

    private static ChardevBackend.Unix unix(String path, SocketMode mode) throws OptionException {
        if (path.isEmpty()) {
            throw new OptionException("chardev: socket: no path given");
        }
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAXIMUM_UNIX_PATH) {
            throw new OptionException("UNIX socket path '%s' is too long: %d bytes of at most %d"
                    .formatted(path, length, MAXIMUM_UNIX_PATH));
        }
        return new ChardevBackend.Unix(path, mode);
    }

    private static ChardevBackend.Tcp tcp(String host, int port, KeyValues values, SocketMode mode)
            throws OptionException {
        int last = values.number("to", port, MAXIMUM_PORT).orElse((long) port).intValue();
        boolean ipv4 = values.flag("ipv4").orElse(false);
        boolean ipv6 = values.flag("ipv6").orElse(false);
        OptionalInt family = ipv4 == ipv6 ? OptionalInt.empty() : OptionalInt.of(ipv4 ? 4 : 6);
        // Who does not say where to listen gets the loopback, not the world.
        String address = !host.isEmpty() ? host : ipv6 && !ipv4 ? "::1" : "127.0.0.1";
        return new ChardevBackend.Tcp(address, port, last, family, mode);
    }

    public static ChardevRequest parseLegacy(String label, String text, boolean port) throws OptionException {
        if (text.startsWith("mon:")) {
            ChardevBackend backend = legacy(text.substring(4));
            // Who shares the terminal with the guest wants Ctrl-C to reach the guest.
            return new ChardevRequest(
                    label,
                    backend instanceof ChardevBackend.Stdio ? new ChardevBackend.Stdio(false) : backend,
                    true,
                    port);
        }
        return new ChardevRequest(label, legacy(text), false, port);
    }

    private static ChardevBackend legacy(String text) throws OptionException {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        return switch (kind) {
            case "null", "stdio", "pty" -> {
                if (colon >= 0) {
                    throw new OptionException("'%s': '%s' takes no ':'".formatted(text, kind));
                }
                yield backend(kind, KeyValues.parse("", null));
            }
            case "vc" -> new ChardevBackend.VirtualConsole();
            case "file" -> new ChardevBackend.File(path(text, rest), false);
            case "pipe" -> new ChardevBackend.Pipe(path(text, rest));
            case "unix" -> {
                KeyValues values = KeyValues.parse(rest, "path");
                ChardevBackend backend = unix(values.required("path"), mode(values));
                values.finish();
                yield backend;
            }
            case "tcp", "telnet" -> legacyTcp(text, rest, kind.equals("telnet"));
            default -> {
                String word = kind.contains(",") ? kind.substring(0, kind.indexOf(',')) : kind;
                if (FOREIGN.contains(word) || text.startsWith("/dev/")) {
                    throw new OptionException("chardev '%s' is not there yet".formatted(text));
                }
                List<String> known =
                        List.of("null", "vc", "stdio", "pty", "file", "pipe", "unix", "tcp", "telnet", "mon", "none");
                throw new OptionException(
                        "'%s' is not a valid char driver%s".formatted(word, NearestName.hint(word, known)));
            }
        };
    }

    private static String path(String text, String path) throws OptionException {
        if (path.isEmpty()) {
            throw new OptionException("'%s': no path given".formatted(text));
        }
        return path;
    }

    private static ChardevBackend legacyTcp(String text, String rest, boolean telnet) throws OptionException {
        KeyValues values = KeyValues.parse(rest, "address");
        String address = values.required("address");
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new OptionException("'%s': expected HOST:PORT".formatted(text));
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = KeyValues.parse("port=" + address.substring(colon + 1), null)
                .number("port", 0, MAXIMUM_PORT)
                .orElseThrow()
                .intValue();
        SocketMode mode = mode(values);
        SocketMode spoken = new SocketMode(
                mode.server(), mode.waits(), telnet || mode.telnet(), mode.noDelay(), mode.reconnectSeconds());
        ChardevBackend backend = tcp(host, port, values, spoken);
        values.finish();
        return backend;
    }
}
