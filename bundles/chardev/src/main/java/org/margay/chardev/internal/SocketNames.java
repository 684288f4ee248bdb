package org.margay.chardev.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.margay.chardev.ChardevBackend.SocketMode;
import org.margay.chardev.ChardevBackend.Tcp;

/** Addresses to text and back. */
final class SocketNames {
    private SocketNames() {}

    /** "127.0.0.1:4444", "[::1]:4444". */
    static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    static String filename(String kind, String address, SocketMode mode) {
        return (mode.telnet() ? "telnet" : kind) + ":" + address + (mode.server() ? ",server" : "");
    }

    /** The first address of the wanted family. */
    static InetAddress resolve(Tcp tcp) throws IOException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(tcp.host());
        } catch (UnknownHostException e) {
            throw new IOException("address resolution failed for " + tcp.host());
        }
        for (InetAddress address : all) {
            int family = address instanceof Inet4Address ? 4 : 6;
            if (tcp.family().isEmpty() || tcp.family().getAsInt() == family) {
                return address;
            }
        }
        throw new IOException(
                "%s has no IPv%d address".formatted(tcp.host(), tcp.family().orElse(4)));
    }

    /** What the system said, without what the JDK puts around it. */
    static String reason(IOException e) {
        if (!(e instanceof SocketException) && e.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        String text = String.valueOf(e.getMessage());
        return switch (e) {
            case BindException ignored when text.contains("in use") -> "Address already in use";
            case ConnectException ignored when text.contains("refused") -> "Connection refused";
            default -> text;
        };
    }
}
