package org.margay.netdev.user.internal.guest;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.margay.net.Frame;
import org.margay.net.Offload;

/** An IP datagram in an Ethernet frame, written and read the long way. */
public record Packet(InetAddress source, InetAddress destination, int protocol, int hops, byte[] payload) {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMP6 = 58;

    public static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    public boolean isV4() {
        return source instanceof Inet4Address;
    }

    /** The frame of a datagram with a header of its own. */
    public byte[] frame(byte[] destinationMac, byte[] sourceMac) {
        ByteBuffer frame = ByteBuffer.allocate(14 + (isV4() ? 20 : 40) + payload.length);
        frame.put(destinationMac).put(sourceMac).putShort((short) (isV4() ? 0x0800 : 0x86DD));
        if (isV4()) {
            frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length));
            frame.putInt(0x1234_4000).put((byte) hops).put((byte) protocol).putShort((short) 0);
            frame.put(source.getAddress()).put(destination.getAddress());
            frame.putShort(24, (short) sum(Arrays.copyOfRange(frame.array(), 14, 34)));
        } else {
            frame.putInt(6 << 28)
                    .putShort((short) payload.length)
                    .put((byte) protocol)
                    .put((byte) hops);
            frame.put(source.getAddress()).put(destination.getAddress());
        }
        return frame.put(payload).array();
    }

    /** Reads a frame and insists on right checksums, those that the offload leaves open excepted. */
    public static Packet read(Frame frame) {
        byte[] bytes = frame.bytes();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int type = in.getShort(12) & 0xFFFF;
        boolean v4 = type == 0x0800;
        int header = v4 ? (bytes[14] & 0xF) * 4 : 40;
        int length = v4 ? in.getShort(16) & 0xFFFF : 40 + (in.getShort(18) & 0xFFFF);
        require(length == bytes.length - 14, "length of IP " + length + " in a frame of " + bytes.length);
        if (v4) {
            require(sum(Arrays.copyOfRange(bytes, 14, 14 + header)) == 0, "checksum of IP");
        }
        Packet packet = new Packet(
                inet(bytes, v4 ? 26 : 22, v4 ? 4 : 16),
                inet(bytes, v4 ? 30 : 38, v4 ? 4 : 16),
                bytes[v4 ? 23 : 20] & 0xFF,
                bytes[v4 ? 22 : 21] & 0xFF,
                Arrays.copyOfRange(bytes, 14 + header, 14 + length));
        boolean fragment = v4 && (in.getShort(20) & 0x3FFF) != 0 || !v4 && bytes[20] == 44;
        if (!fragment) {
            packet.checkTransport(frame.offload(), 14 + header);
        }
        return packet;
    }

    private void checkTransport(Offload offload, int start) {
        if (offload.checksum() == Offload.Checksum.PARTIAL) {
            require(offload.checksumStart() == start, "start of the checksum");
            int at = offload.checksumOffset();
            require(at == (protocol == TCP ? 16 : 6), "place of the checksum");
            int stored = (payload[at] & 0xFF) << 8 | payload[at + 1] & 0xFF;
            require(stored == (~sum(pseudoHeader(payload.length)) & 0xFFFF), "sum of the pseudo header");
        } else if (protocol == ICMP) {
            require(sum(payload) == 0, "checksum of ICMP");
        } else {
            require(transportSum() == 0, "checksum of protocol " + protocol);
        }
    }

    /** The checksum over pseudo header and payload. */
    public int transportSum() {
        byte[] pseudo = pseudoHeader(payload.length);
        byte[] all = Arrays.copyOf(pseudo, pseudo.length + payload.length);
        System.arraycopy(payload, 0, all, pseudo.length, payload.length);
        return sum(all);
    }

    byte[] pseudoHeader(int length) {
        ByteBuffer pseudo = ByteBuffer.allocate(isV4() ? 12 : 40);
        pseudo.put(source.getAddress()).put(destination.getAddress());
        if (isV4()) {
            pseudo.put((byte) 0).put((byte) protocol).putShort((short) length);
        } else {
            pseudo.putInt(length).putInt(protocol);
        }
        return pseudo.array();
    }

    /** Fills in the checksum of the payload; UDP and TCP and ICMPv6 with pseudo header. */
    public Packet withSum(int at) {
        payload[at] = 0;
        payload[at + 1] = 0;
        int sum = protocol == ICMP ? sum(payload) : transportSum();
        payload[at] = (byte) (sum >>> 8);
        payload[at + 1] = (byte) sum;
        return this;
    }

    private static InetAddress inet(byte[] bytes, int at, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xFF) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0);
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return ~sum & 0xFFFF;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
