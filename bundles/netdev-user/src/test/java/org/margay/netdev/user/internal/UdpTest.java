package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.net.OffloadSet;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.Packet;

/** UDP through the NAT. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UdpTest {
    /** A server that sends all back. */
    static final class Echo implements AutoCloseable {
        final DatagramSocket socket;

        Echo() throws IOException {
            socket = new DatagramSocket(Bench.loopback(0));
            Thread.ofVirtual().start(() -> {
                DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
                try {
                    while (true) {
                        packet.setLength(70_000);
                        socket.receive(packet);
                        socket.send(packet);
                    }
                } catch (IOException _) {
                    // It was closed.
                }
            });
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void aServerOfTheHostAnswers() throws Exception {
        try (Bench bench = new Bench();
                Echo echo = new Echo()) {
            bench.guest.sendUdp(5_000, "10.0.2.2", echo.port(), "hello".getBytes());
            bench.until(() -> !bench.guest.udp().isEmpty());
            Guest.Udp answer = bench.guest.udp().remove();
            assertThat(answer.source()).isEqualTo(Packet.address("10.0.2.2"));
            assertThat(answer.sourcePort()).isEqualTo(echo.port());
            assertThat(answer.port()).isEqualTo(5_000);
            assertThat(answer.data()).asString().isEqualTo("hello");
            assertThat(bench.netdev.connections()).containsExactly("UDP 10.0.2.15:5000");
            for (int i = 0; i < 32; i++) {
                bench.pass(10);
            }
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void oneSocketServesManyPeers() throws Exception {
        try (Bench bench = new Bench();
                Echo first = new Echo();
                Echo second = new Echo();
                DatagramSocket third = new DatagramSocket(Bench.loopback(0))) {
            bench.guest.sendUdp(5_000, "10.0.2.2", first.port(), new byte[] {1});
            bench.until(() -> bench.guest.udp().size() == 1);
            bench.guest.sendUdp(5_000, "10.0.2.2", second.port(), new byte[] {2});
            bench.until(() -> bench.guest.udp().size() == 2);
            bench.guest.sendUdp(5_000, "10.0.2.2", third.getLocalPort(), new byte[] {3});
            DatagramPacket got = new DatagramPacket(new byte[10], 10);
            third.receive(got);
            bench.guest.sendUdp(5_000, "10.0.2.2", first.port(), new byte[] {4});
            bench.until(() -> bench.guest.udp().size() == 3);
            third.send(new DatagramPacket(new byte[] {5}, 1, got.getSocketAddress()));
            bench.until(() -> bench.guest.udp().size() == 4);
            assertThat(bench.guest.udp())
                    .extracting(Guest.Udp::sourcePort)
                    .containsExactly(first.port(), second.port(), first.port(), third.getLocalPort());
            assertThat(bench.netdev.connections()).hasSize(1);
        }
    }

    @Test
    void aClosedPortIsToldByIcmp() throws Exception {
        try (Bench bench = new Bench()) {
            int port;
            try (DatagramSocket socket = new DatagramSocket(Bench.loopback(0))) {
                port = socket.getLocalPort();
            }
            bench.guest.sendUdp(5_000, "10.0.2.2", port, "hello".getBytes());
            bench.until(() -> !bench.guest.icmp().isEmpty());
            byte[] error = bench.guest.icmp().getFirst().payload();
            assertThat(error[0]).isEqualTo((byte) 3);
            assertThat(error[1]).isEqualTo((byte) 3);
            assertThat((error[28] & 0xFF) << 8 | error[29] & 0xFF)
                    .as("the port that sent")
                    .isEqualTo(5_000);
        }
    }

    @Test
    void largeDatagramsAreCutAndJoined() throws Exception {
        try (Bench bench = new Bench();
                Echo echo = new Echo()) {
            bench.wiring.offloads(OffloadSet.ALL);
            byte[] data = new byte[60_000];
            new Random(1).nextBytes(data);
            Packet whole = Guest.udpPacket(bench.guest.address(), 5_000, Packet.address("10.0.2.2"), echo.port(), data);
            Fragments.send(bench, whole, 1_480);
            bench.until(() -> Fragments.joined(bench.guest.others()) == data.length + 8);
            byte[] back = Fragments.join(bench.guest.others());
            assertThat(java.util.Arrays.copyOfRange(back, 8, back.length)).isEqualTo(data);
            assertThat(new Packet(whole.destination(), whole.source(), Packet.UDP, 64, back).transportSum())
                    .isZero();
        }
    }

    @Test
    void portsAreLimited() throws Exception {
        try (Bench bench = new Bench();
                Echo echo = new Echo()) {
            for (int port = 10_000; port < 11_100; port++) {
                bench.guest.sendUdp(port, "10.0.2.2", echo.port(), new byte[1]);
            }
            assertThat(bench.netdev.connections()).hasSize(1_024);
            bench.until(() -> bench.guest.udp().size() > 900);
        }
    }

    @Test
    void groupsAndOthersGoNowhere() throws Exception {
        try (Bench bench = new Bench()) {
            for (String to : new String[] {"255.255.255.255", "10.0.2.255", "224.0.0.251"}) {
                bench.guest.sendUdp(5_353, to, 5_353, new byte[10]);
            }
            bench.settle();
            assertThat(bench.netdev.connections()).isEmpty();
            bench.guest.sendUdp(5_353, "10.0.2.99", 53, new byte[10]);
            bench.guest.sendUdp(5_353, "127.0.0.1", 53, new byte[10]);
            bench.until(() -> bench.guest.icmp().size() == 2);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }
}
