package org.margay.netdev.user.internal.dhcp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.IpAddress;

/**
 * An answer in the making. Options (RFC 2132) are added with the most important first; those that do not fit the client are left
 * out.
 */
final class DhcpReply {
    static final int MASK = 1;
    static final int ROUTER = 3;
    static final int NAME_SERVER = 6;
    static final int HOST_NAME = 12;
    static final int DOMAIN = 15;
    static final int LEASE_TIME = 51;
    static final int TYPE = 53;
    static final int SERVER = 54;
    static final int TFTP_SERVER = 66;
    static final int BOOT_FILE = 67;
    /** RFC 3397. */
    static final int SEARCH = 119;

    private static final int BOOT_REPLY = 2;

    /** Bytes of the value of one option; a longer value takes several (RFC 3396). */
    private static final int OPTION = 255;

    /** Bytes of a message at least (RFC 1542, 2.1). */
    private static final int SMALLEST = 300;

    private final byte[] bytes;
    private int at = DhcpRequest.OPTIONS;

    DhcpReply(DhcpRequest request, IpAddress address) {
        bytes = new byte[request.largest()];
        System.arraycopy(request.bytes(), 0, bytes, 0, DhcpRequest.HARDWARE_ADDRESS + 16);
        Bytes.put8(bytes, 0, BOOT_REPLY);
        address.write(bytes, DhcpRequest.YOUR_ADDRESS);
        IpAddress.ANY_4.write(bytes, DhcpRequest.SERVER_ADDRESS);
        IpAddress.ANY_4.write(bytes, DhcpRequest.GATEWAY);
        Bytes.put32(bytes, DhcpRequest.MAGIC, DhcpRequest.COOKIE);
    }

    /** Where the boot file is. */
    void nextServer(IpAddress server) {
        server.write(bytes, DhcpRequest.SERVER_ADDRESS);
    }

    void bootFile(@Nullable String name) {
        if (name != null) {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            if (text.length < DhcpRequest.FILE_LENGTH) {
                System.arraycopy(text, 0, bytes, DhcpRequest.FILE, text.length);
            }
            add(BOOT_FILE, text);
        }
    }

    void add(int option, int value) {
        byte[] four = new byte[4];
        Bytes.put32(four, 0, value);
        add(option, four);
    }

    void add(int option, @Nullable String value) {
        if (value != null) {
            add(option, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    void add(int option, byte[] value) {
        int parts = (value.length + OPTION - 1) / OPTION;
        if (at + value.length + 2 * parts + 1 > bytes.length) {
            return;
        }
        for (int from = 0; from < value.length; from += OPTION) {
            int length = Math.min(OPTION, value.length - from);
            Bytes.put8(bytes, at, option);
            Bytes.put8(bytes, at + 1, length);
            System.arraycopy(value, from, bytes, at + 2, length);
            at += 2 + length;
        }
    }

    byte[] bytes() {
        Bytes.put8(bytes, at, DhcpRequest.END);
        return Arrays.copyOf(bytes, Math.max(at + 1, SMALLEST));
    }
}
