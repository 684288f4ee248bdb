package org.margay.net;

import java.nio.ByteBuffer;
import java.util.Random;

/** Makes packets for tests, field by field, with checksums left at 0. */
final class Packets {
    static final int FIN = 1;
    static final int PUSH = 8;
    static final int ACK = 16;
    static final int CWR = 128;

    private Packets() {}

    static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    static byte[] tcp4(int flags, byte[] payload) {
        return ethernet(0x0800, ip4(6, new byte[0], tcp(flags, payload)));
    }

    static byte[] tcp6(int flags, byte[] payload) {
        return ethernet(0x86DD, ip6(6, tcp(flags, payload)));
    }

    static byte[] udp4(byte[] options, byte[] payload) {
        return ethernet(0x0800, ip4(17, options, udp(payload)));
    }

    static byte[] udp6(byte[] payload) {
        return ethernet(0x86DD, ip6(17, udp(payload)));
    }

    static byte[] ethernet(int type, byte[] packet) {
        return ByteBuffer.allocate(14 + packet.length)
                .put(new byte[] {0x52, 0x54, 0, 0x12, 0x34, 0x57, 0x52, 0x54, 0, 0x12, 0x34, 0x56})
                .putShort((short) type)
                .put(packet)
                .array();
    }

    /** Puts a VLAN tag into a frame. */
    static byte[] tagged(byte[] frame) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putInt(0x8100_0005)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    static byte[] ip4(int protocol, byte[] options, byte[] content) {
        int header = 20 + options.length;
        return ByteBuffer.allocate(header + content.length)
                .putShort((short) (0x4000 | header / 4 << 8))
                .putShort((short) (header + content.length))
                .putShort((short) 0xFFFE)
                .putShort((short) 0x4000)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(0x0A00_0201)
                .putInt(0x0A00_020F)
                .put(options)
                .put(content)
                .array();
    }

    static byte[] ip6(int nextHeader, byte[] content) {
        return ByteBuffer.allocate(40 + content.length)
                .putInt(0x6000_0000)
                .putShort((short) content.length)
                .put((byte) nextHeader)
                .put((byte) 64)
                .putLong(0xFEC0_0000_0000_0000L)
                .putLong(2)
                .putLong(0xFEC0_0000_0000_0000L)
                .putLong(15)
                .put(content)
                .array();
    }

    static byte[] tcp(int flags, byte[] payload) {
        return ByteBuffer.allocate(24 + payload.length)
                .putShort((short) 80)
                .putShort((short) 40_000)
                .putInt(0xFFFF_FF00)
                .putInt(77)
                .put((byte) 0x60)
                .put((byte) flags)
                .putShort((short) 1000)
                .putInt(0)
                .putInt(0x0204_05B4)
                .put(payload)
                .array();
    }

    static byte[] udp(byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putShort((short) 53)
                .putShort((short) 5353)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    /** The checksum of a packet's transport as RFC 9293 and RFC 768 describe it; 0 when the one that is stored is right. */
    static int transportSum(byte[] frame, boolean version6, int protocol, int transportStart) {
        int ip = 14;
        int addresses = version6 ? 32 : 8;
        int length = frame.length - transportStart;
        ByteBuffer pseudo = ByteBuffer.allocate(addresses + 8 + length)
                .put(frame, version6 ? ip + 8 : ip + 12, addresses)
                .putInt(length)
                .putInt(protocol)
                .put(frame, transportStart, length);
        return InternetChecksumTest.slow(pseudo.array(), 0, pseudo.capacity());
    }
}
