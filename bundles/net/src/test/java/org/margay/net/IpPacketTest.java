package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.net.IpPacket.Transport;

class IpPacketTest {
    @Test
    void findsHeaders() {
        IpPacket tcp = IpPacket.find(Packets.tcp4(0, Packets.payload(10))).orElseThrow();
        assertThat(tcp.version6()).isFalse();
        assertThat(tcp.start()).isEqualTo(14);
        assertThat(tcp.transport()).isEqualTo(Transport.TCP);
        assertThat(tcp.transportStart()).isEqualTo(34);
        assertThat(tcp.payloadStart()).isEqualTo(58);
        assertThat(tcp.end()).isEqualTo(68);
        IpPacket udp = IpPacket.find(Packets.tagged(Packets.tagged(Packets.udp6(Packets.payload(9)))))
                .orElseThrow();
        assertThat(udp.version6()).isTrue();
        assertThat(udp.start()).isEqualTo(22);
        assertThat(udp.transport()).isEqualTo(Transport.UDP);
        assertThat(udp.payloadStart()).isEqualTo(70);
        assertThat(udp.end()).isEqualTo(79);
    }

    @Test
    void extensionHeadersArePassedOver() {
        byte[] hopByHop = {43, 0, 1, 4, 0, 0, 0, 0};
        byte[] routing = {6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] content = join(hopByHop, routing, Packets.tcp(0, new byte[3]));
        IpPacket packet =
                IpPacket.find(Packets.ethernet(0x86DD, Packets.ip6(0, content))).orElseThrow();
        assertThat(packet.transport()).isEqualTo(Transport.TCP);
        assertThat(packet.transportStart()).isEqualTo(14 + 40 + 8 + 16);
        assertThat(packet.nextHeader()).isEqualTo(14 + 40 + 8);
        // The address in the header is not the last one: it can't be summed.
        content[8 + 3] = 1;
        assertThat(IpPacket.find(Packets.ethernet(0x86DD, Packets.ip6(0, content)))
                        .orElseThrow()
                        .transport())
                .isEqualTo(Transport.OTHER);
    }

    @Test
    void fragmentsHaveNoTransport() {
        byte[] frame = Packets.udp4(new byte[0], new byte[20]);
        frame[14 + 6] = 0x20;
        assertThat(IpPacket.find(frame).orElseThrow().transport()).isEqualTo(Transport.OTHER);
        assertThat(IpPacket.find(frame).orElseThrow().transportRight()).isFalse();
        frame[14 + 6] = 0;
        frame[14 + 7] = 1;
        assertThat(IpPacket.find(frame).orElseThrow().transport()).isEqualTo(Transport.OTHER);
    }

    @Test
    void completesAndChecks() {
        byte[] frame = Arrays.copyOf(Packets.tcp4(0, Packets.payload(1)), 80);
        IpPacket packet = IpPacket.find(frame).orElseThrow();
        assertThat(packet.headerRight()).isFalse();
        assertThat(packet.transportRight()).isFalse();
        packet.completeHeader();
        packet.completeTransport();
        assertThat(packet.headerRight()).isTrue();
        assertThat(packet.transportRight()).isTrue();
        byte[] unpadded = Arrays.copyOf(frame, packet.end());
        assertThat(Packets.transportSum(unpadded, false, 6, 34)).isZero();
        assertThat(InternetChecksumTest.slow(frame, 14, 34)).isZero();

        byte[] udp = Packets.udp6(Packets.payload(333));
        assertThat(IpPacket.find(udp).orElseThrow().transportRight()).isFalse();
        IpPacket.find(udp).orElseThrow().completeTransport();
        assertThat(IpPacket.find(udp).orElseThrow().transportRight()).isTrue();
        assertThat(Packets.transportSum(udp, true, 17, 54)).isZero();
        byte[] unchecked = Packets.udp4(new byte[0], new byte[5]);
        assertThat(IpPacket.find(unchecked).orElseThrow().transportRight()).isTrue();
    }

    @Test
    void brokenPacketsAreNone() {
        byte[] frame = Packets.tcp4(0, Packets.payload(10));
        for (int length = 0; length < frame.length; length++) {
            assertThat(IpPacket.find(Arrays.copyOf(frame, length))).isEmpty();
        }
        byte[] badVersion = frame.clone();
        badVersion[14] = 0x65;
        assertThat(IpPacket.find(badVersion)).isEmpty();
        byte[] shortHeader = frame.clone();
        shortHeader[14] = 0x44;
        assertThat(IpPacket.find(shortHeader)).isEmpty();
        byte[] longTcp = frame.clone();
        longTcp[34 + 12] = (byte) 0xF0;
        assertThat(IpPacket.find(longTcp).orElseThrow().transport()).isEqualTo(Transport.OTHER);
        byte[] shortTcp = frame.clone();
        shortTcp[34 + 12] = 0x40;
        assertThat(IpPacket.find(shortTcp).orElseThrow().transport()).isEqualTo(Transport.OTHER);
    }

    @Test
    void anyBytesAreTaken() {
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = new byte[random.nextInt(160)];
            random.nextBytes(frame);
            if (frame.length > 21) {
                frame[12] = (byte) (random.nextBoolean() ? 0x08 : 0x86);
                frame[13] = (byte) (frame[12] == 0x08 ? 0 : 0xDD);
                frame[14] = (byte) (frame[12] == 0x08 ? 0x45 + random.nextInt(3) : 0x60);
                frame[16] = 0;
                frame[18] = 0;
                frame[20] = (byte) random.nextInt(64);
            }
            IpPacket.find(frame).ifPresent(packet -> {
                assertThat(packet.payloadStart()).isLessThanOrEqualTo(packet.end());
                assertThat(packet.end()).isLessThanOrEqualTo(frame.length);
                packet.completeHeader();
                packet.completeTransport();
                assertThat(packet.headerRight()).isTrue();
                assertThat(packet.transportRight()).isEqualTo(packet.transport() != Transport.OTHER);
            });
        }
    }

    static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
