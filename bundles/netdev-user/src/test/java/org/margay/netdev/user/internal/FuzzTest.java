package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.net.Frame;
import org.margay.net.Offload;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.GuestTcp;
import org.margay.netdev.user.internal.guest.Packet;

/** Hostile guests: nothing that they send throws, hangs or piles up. All that may leave goes to one port of the host. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
    private static final Offload[] OFFLOADS = {
        Offload.NONE,
        Offload.CHECKED,
        new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.NONE, 0, 0, false),
        new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.TCP4, 1460, 54, false),
        new Offload(Offload.Checksum.PARTIAL, 60_000, 60_000, Offload.Segmentation.UDP, 0, 0, true),
        new Offload(Offload.Checksum.PARTIAL, 54, 16, Offload.Segmentation.TCP6, 1440, 74, false),
    };

    @Test
    void noiseOfEveryLength() throws Exception {
        try (Bench bench = new Bench("restrict=on")) {
            Random random = new Random(11);
            for (int length = 0; length <= 2000; length++) {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                for (int type : new int[] {-1, 0x0800, 0x0806, 0x86DD}) {
                    byte[] frame = noise.clone();
                    if (type >= 0 && length >= 15) {
                        System.arraycopy(Guest.ROUTER_MAC, 0, frame, 0, 6);
                        frame[12] = (byte) (type >>> 8);
                        frame[13] = (byte) type;
                        frame[14] = (byte) (type == 0x0800 ? 0x40 | frame[14] & 0xF : type == 0x86DD ? 0x60 : 0);
                    }
                    bench.netdev.receive(new Frame(frame, OFFLOADS[random.nextInt(OFFLOADS.length)]));
                }
            }
            bench.pass(60);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    /** Valid frames of all kinds, to the host's port where they leave. */
    private static List<byte[]> seeds(Bench bench, int port) {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(Guest.arp(
                1,
                bench.guest.address().getAddress(),
                Packet.address("10.0.2.2").getAddress()));
        List<Packet> packets = new ArrayList<>();
        for (String to : new String[] {"10.0.2.2", "fec0::2"}) {
            var from = to.startsWith("10") ? bench.guest.address() : bench.guest6.address();
            packets.add(Guest.udpPacket(from, 5_000, Packet.address(to), port, new byte[50]));
            packets.add(Guest.udpPacket(from, 68, Packet.address(to), 67, new byte[300]));
            packets.add(Guest.udpPacket(from, 546, Packet.address(to), 547, new byte[40]));
            packets.add(Guest.udpPacket(from, 68, Packet.address(to), 69, "\0\1file\0octet\0".getBytes()));
            for (int flags = 0; flags < 64; flags++) {
                byte[] tcp = new byte[28 + flags];
                tcp[0] = 0x10;
                tcp[2] = (byte) (port >>> 8);
                tcp[3] = (byte) port;
                tcp[12] = 0x70;
                tcp[13] = (byte) flags;
                tcp[14] = 0x10;
                tcp[20] = 2;
                tcp[21] = 4;
                tcp[22] = 5;
                tcp[24] = 1;
                tcp[25] = 3;
                tcp[26] = 3;
                packets.add(new Packet(from, Packet.address(to), Packet.TCP, 64, tcp).withSum(16));
            }
            for (int type : new int[] {0, 3, 8, 13, 128, 133, 134, 135, 136}) {
                byte[] icmp = new byte[40];
                icmp[0] = (byte) type;
                int protocol = to.startsWith("10") ? Packet.ICMP : Packet.ICMP6;
                packets.add(new Packet(from, Packet.address(to), protocol, 255, icmp).withSum(2));
            }
            for (int next : new int[] {0, 43, 44, 60, 59, 132}) {
                packets.add(new Packet(from, Packet.address(to), next, 64, new byte[64]));
            }
        }
        packets.forEach(packet -> seeds.add(packet.frame(Guest.ROUTER_MAC, Guest.MAC)));
        return seeds;
    }

    @Test
    void mutationsOfValidFrames() throws Exception {
        try (Bench bench = new Bench("guestfwd=tcp:10.0.2.9:9-cmd:cat");
                ServerSocket server = new ServerSocket(0, 500, Bench.loopback(0).getAddress())) {
            Thread.ofVirtual().start(() -> swallow(server));
            int port = server.getLocalPort();
            Random random = new Random(12);
            List<byte[]> seeds = seeds(bench, port);
            for (int i = 0; i < 300_000; i++) {
                byte[] frame = mutate(seeds.get(random.nextInt(seeds.size())), random);
                keepInside(frame, port);
                bench.netdev.receive(new Frame(frame, OFFLOADS[random.nextInt(OFFLOADS.length)]));
                if (i % 2_000 == 0) {
                    bench.settle();
                    bench.guest.udp().clear();
                    bench.guest.others().clear();
                    bench.guest.icmp().clear();
                    bench.guest.arps().clear();
                }
            }
            assertThat(bench.netdev.connections().size()).isLessThan(4_096 + 1_024 + 1_024);
            bench.wiring.disturb(0, 0);
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", port);
            bench.until(tcp::established);
        }
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] frame =
                java.util.Arrays.copyOf(seed, random.nextInt(8) == 0 ? random.nextInt(seed.length * 2) : seed.length);
        for (int changes = random.nextInt(6); changes > 0 && frame.length > 0; changes--) {
            int at = 14 + random.nextInt(Math.max(1, frame.length - 14));
            if (at < frame.length) {
                frame[at] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (frame[at] ^ 1 << random.nextInt(8));
            }
        }
        return frame;
    }

    /** Whatever was changed, it goes to the router's own address and, if to a port of the host, to the server's. */
    private static void keepInside(byte[] frame, int port) {
        if (frame.length < 34) {
            return;
        }
        boolean v4 = frame[12] == 8 && frame[13] == 0;
        if (v4) {
            frame[14] = (byte) (0x40 | frame[14] & 0xF);
            System.arraycopy(Packet.address("10.0.2.2").getAddress(), 0, frame, 30, 4);
            Fragments.sumHeader(frame);
        } else if (frame.length >= 54) {
            System.arraycopy(Packet.address("fec0::2").getAddress(), 0, frame, 38, 16);
        }
        int ports = v4 ? 14 + (frame[14] & 0xF) * 4 : 54;
        int destination = frame.length > ports + 3 ? (frame[ports + 2] & 0xFF) << 8 | frame[ports + 3] & 0xFF : 0;
        boolean own = destination == 67 || destination == 69 || destination == 547;
        if (!own && frame.length > ports + 3) {
            frame[ports + 2] = (byte) (port >>> 8);
            frame[ports + 3] = (byte) port;
        }
    }

    private static void swallow(ServerSocket server) {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                    } catch (java.io.IOException _) {
                        // As it may be.
                    }
                });
            }
        } catch (java.io.IOException _) {
            // The end.
        }
    }

    /** Segments of one living connection, with all fields at and around what they should be. */
    @Test
    void segmentsOfAConnection() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = new ServerSocket(0, 500, Bench.loopback(0).getAddress())) {
            Thread.ofVirtual().start(() -> swallow(server));
            Random random = new Random(13);
            bench.guest.tcpSilent(true);
            for (int round = 0; round < 300; round++) {
                GuestTcp tcp = bench.guest.connect(10_000 + round, "10.0.2.2", server.getLocalPort());
                bench.until(() -> tcp.established() || tcp.wasReset());
                for (int i = 0; i < 200; i++) {
                    tcp.hostile(random);
                }
                tcp.forget();
                bench.settle();
            }
            assertThat(bench.netdev.connections().size()).isLessThanOrEqualTo(301);
        }
    }
}
