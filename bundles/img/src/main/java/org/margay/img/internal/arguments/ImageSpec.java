package org.margay.img.internal.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which image is meant, and how it is to be opened.
 *
 * @param said as the user named it, for messages
 * @param filename with its protocol
 * @param format by name; empty: what it looks like
 * @param unlocked whether others may write the file at the same time (file.locking=off)
 * @param keySecret id of the secret that has its password
 */
public record ImageSpec(
        String said, String filename, Optional<String> format, boolean unlocked, Optional<String> keySecret) {
    private static final String FILE = "file.";
    private static final Set<String> LOCAL = Set.of("file", "host_device", "host_cdrom", "host_floppy");
    private static final Set<String> URLS = Set.of("http", "https", "ftp", "ftps", "tftp");

    /** A file by its name. */
    public static ImageSpec ofName(String filename, Optional<String> format) {
        return new ImageSpec(filename, filename, format, false, Optional.empty());
    }

    public ImageSpec withKeySecret(Optional<String> id) {
        return new ImageSpec(said, filename, format, unlocked, id);
    }

    /**
     * An image by its options, as --image-opts has them: "driver=qcow2,file.filename=PATH". Those of the protocol begin with "file.",
     * or stand alone when "driver" is a protocol; that of a format which is encrypted is "encrypt.key-secret".
     */
    public static ImageSpec ofOptions(String text) throws ToolException {
        try {
            return new Parser(text).spec();
        } catch (ToolException e) {
            throw new ToolException(e.exitCode(), "Could not open '%s': %s".formatted(text, e.getMessage()));
        }
    }

    /** Takes one option after the other away; what is left over nobody knows. */
    private static final class Parser {
        private final String text;
        private final Map<String, String> left;
        private final Optional<String> driver;
        /** What the protocol's options begin with. */
        private final String prefix;

        Parser(String text) throws ToolException {
            this.text = text;
            left = new LinkedHashMap<>(OptionList.parse(List.of(text)));
            driver = Optional.ofNullable(left.remove("driver"));
            prefix = driver.filter(Parser::isProtocol).isPresent() ? "" : FILE;
        }

        private static boolean isProtocol(String name) {
            return LOCAL.contains(name) || URLS.contains(name) || name.equals("nbd");
        }

        ImageSpec spec() throws ToolException {
            boolean plain = prefix.isEmpty();
            if (driver.isEmpty() && left.keySet().stream().noneMatch(name -> name.startsWith(FILE))) {
                throw new ToolException("Must specify either driver or file");
            }
            Optional<String> format = plain ? Optional.of("raw") : driver;
            String protocol = plain ? driver.orElseThrow() : take("driver").orElse("");
            Optional<String> locking =
                    LOCAL.contains(protocol) || protocol.isEmpty() ? take("locking") : Optional.empty();
            String filename = filename(protocol);
            boolean unlocked = locking.isPresent() && unlocked(locking.get());
            Optional<String> keySecret = keySecret(format);
            if (!left.isEmpty()) {
                throw unknown(left.keySet().iterator().next(), protocol);
            }
            return new ImageSpec(text, filename, format, unlocked, keySecret);
        }

        /** An option of the protocol. */
        private Optional<String> take(String name) {
            return Optional.ofNullable(left.remove(prefix + name));
        }

        private String filename(String protocol) throws ToolException {
            if (protocol.isEmpty()) {
                return take("filename")
                        .orElseThrow(() -> new ToolException("A block device must be specified for \"file\""));
            }
            if (LOCAL.contains(protocol)) {
                return take("filename")
                        .map(path -> protocol.equals("file") ? literal(path) : protocol + ":" + path)
                        .orElseThrow(() ->
                                new ToolException("The '%s' block driver requires a file name".formatted(protocol)));
            }
            if (URLS.contains(protocol)) {
                return take("url")
                        .or(() -> take("filename"))
                        .filter(url -> url.startsWith(protocol + ":"))
                        .orElseThrow(() -> new ToolException("The '%s' block driver requires %surl=%s://HOST/PATH"
                                .formatted(protocol, prefix, protocol)));
            }
            if (protocol.equals("nbd")) {
                return nbd();
            }
            throw new ToolException("Unknown driver '%s'".formatted(protocol));
        }

        /** A path even if it looks like a protocol's name. */
        private static String literal(String path) {
            return path.startsWith("/") || !path.contains(":") ? path : "./" + path;
        }

        /** nbd://HOST:PORT/EXPORT or nbd+unix:///EXPORT?socket=PATH. */
        private String nbd() throws ToolException {
            take("server.type");
            @Nullable String path = take("path").or(() -> take("server.path")).orElse(null);
            @Nullable String host = take("host").or(() -> take("server.host")).orElse(null);
            String port = take("port").or(() -> take("server.port")).orElse("10809");
            String export = take("export").orElse("");
            if ((path == null) == (host == null)) {
                throw new ToolException(
                        "NBD server address missing: either %shost or %spath".formatted(prefix, prefix));
            }
            return path == null
                    ? "nbd://%s:%s/%s".formatted(host, port, export)
                    : "nbd+unix:///%s?socket=%s".formatted(export, path);
        }

        private static boolean unlocked(String locking) throws ToolException {
            return switch (locking) {
                case "off" -> true;
                case "on", "auto" -> false;
                default -> throw new ToolException("invalid parameter value: " + locking);
            };
        }

        private Optional<String> keySecret(Optional<String> format) throws ToolException {
            if (format.filter("raw"::equals).isPresent()) {
                return Optional.empty();
            }
            @Nullable String cipher = left.remove("encrypt.format");
            if (cipher != null && !cipher.equals("aes")) {
                throw new ToolException(
                        "Header reported 'aes' encryption format but options specify '%s'".formatted(cipher));
            }
            return Optional.ofNullable(left.remove("encrypt.key-secret"));
        }

        private ToolException unknown(String name, String protocol) {
            return name.startsWith(FILE) || prefix.isEmpty()
                    ? new ToolException("Block protocol '%s' doesn't support the option '%s'"
                            .formatted(
                                    protocol.isEmpty() ? "file" : protocol,
                                    name.substring(name.startsWith(FILE) ? FILE.length() : 0)))
                    : new ToolException(
                            "Block format '%s' does not support the option '%s'".formatted(driver.orElse("raw"), name));
        }
    }
}
