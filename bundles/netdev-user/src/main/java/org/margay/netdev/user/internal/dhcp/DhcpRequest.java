package org.margay.netdev.user.internal.dhcp;

import org.jspecify.annotations.Nullable;
import org.margay.net.MacAddress;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.IpAddress;

/**
 * What a client asks (RFC 2131, 2; RFC 951 for one that knows no options).
 *
 * @param bytes of the message
 * @param type option 53, or 0
 * @param client its card's address
 * @param current the address that it has, or 0.0.0.0
 * @param wanted the one that it wants, or 0.0.0.0
 * @param server the server that it means, or 0.0.0.0
 * @param largest bytes of the answer at most
 */
record DhcpRequest(
        byte[] bytes, int type, MacAddress client, IpAddress current, IpAddress wanted, IpAddress server, int largest) {
    static final int HARDWARE_TYPE = 1;
    static final int XID = 4;
    static final int FLAGS = 10;
    static final int CLIENT_ADDRESS = 12;
    static final int YOUR_ADDRESS = 16;
    static final int SERVER_ADDRESS = 20;
    static final int GATEWAY = 24;
    static final int HARDWARE_ADDRESS = 28;
    static final int FILE = 108;
    static final int FILE_LENGTH = 128;
    static final int MAGIC = 236;
    static final int OPTIONS = 240;
    static final int COOKIE = 0x6382_5363;

    static final int PAD = 0;
    static final int END = 255;

    private static final int BOOT_REQUEST = 1;
    private static final int ETHERNET = 1;
    private static final int BROADCAST = 0x8000;

    private static final int WANTED_ADDRESS = 50;
    private static final int TYPE = 53;
    private static final int SERVER = 54;
    private static final int LARGEST_MESSAGE = 57;

    /** IP and UDP in front of the message. */
    private static final int HEADERS = 28;

    /** What every client takes: 576 bytes with headers. */
    private static final int USUAL_LARGEST = 576 - HEADERS;

    /** Reads one; null when it is none. */
    static @Nullable DhcpRequest read(byte[] bytes) {
        if (bytes.length < MAGIC
                || Bytes.u8(bytes, 0) != BOOT_REQUEST
                || Bytes.u8(bytes, HARDWARE_TYPE) != ETHERNET
                || Bytes.u8(bytes, 2) != MacAddress.LENGTH) {
            return null;
        }
        int type = option(bytes, TYPE, 1);
        int largest = option(bytes, LARGEST_MESSAGE, 2);
        int wanted = option(bytes, WANTED_ADDRESS, IpAddress.LENGTH_4);
        int server = option(bytes, SERVER, IpAddress.LENGTH_4);
        return new DhcpRequest(
                bytes,
                type < 0 ? 0 : Bytes.u8(bytes, type),
                MacAddress.of(bytes, HARDWARE_ADDRESS),
                IpAddress.read4(bytes, CLIENT_ADDRESS),
                wanted < 0 ? IpAddress.ANY_4 : IpAddress.read4(bytes, wanted),
                server < 0 ? IpAddress.ANY_4 : IpAddress.read4(bytes, server),
                largest < 0 ? USUAL_LARGEST : Math.clamp(Bytes.u16(bytes, largest) - HEADERS, USUAL_LARGEST, 1_400));
    }

    /** Where the value of an option begins, or -1. */
    private static int option(byte[] bytes, int option, int length) {
        if (bytes.length < OPTIONS || Bytes.i32(bytes, MAGIC) != COOKIE) {
            return -1;
        }
        int at = OPTIONS;
        while (at < bytes.length) {
            int code = Bytes.u8(bytes, at);
            if (code == PAD) {
                at++;
                continue;
            }
            if (code == END || at + 2 > bytes.length) {
                return -1;
            }
            int size = Bytes.u8(bytes, at + 1);
            if (code == option && size == length && at + 2 + size <= bytes.length) {
                return at + 2;
            }
            at += 2 + size;
        }
        return -1;
    }

    boolean wantsBroadcast() {
        return (Bytes.u16(bytes, FLAGS) & BROADCAST) != 0;
    }
}
