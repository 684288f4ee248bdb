package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.net.Frame;
import org.margay.net.OffloadSet;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.GuestTcp;
import org.margay.netdev.user.internal.guest.Packet;

/** The same over IPv6, and how guests find the router. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Ipv6Test {
    private static final InetAddress LINK_LOCAL = Packet.address("fe80::5054:ff:fe12:3456");

    private static Packet icmp(InetAddress from, String to, int type, byte[] body) {
        byte[] message = new byte[4 + body.length];
        message[0] = (byte) type;
        System.arraycopy(body, 0, message, 4, body.length);
        return new Packet(from, Packet.address(to), Packet.ICMP6, 255, message).withSum(2);
    }

    private static Packet answer(Bench bench, Packet message) {
        bench.guest.icmp().clear();
        byte[] group = {0x33, 0x33, 0, 0, 0, 2};
        bench.wiring.send(new Frame(message.frame(group, Guest.MAC)));
        bench.settle();
        assertThat(bench.guest.icmp()).hasSize(1);
        return bench.guest.icmp().getFirst();
    }

    @Test
    void theRouterAdvertisesItself() throws Exception {
        try (Bench bench = new Bench()) {
            Packet advertisement = answer(bench, icmp(LINK_LOCAL, "ff02::2", 133, new byte[4]));
            byte[] body = advertisement.payload();
            assertThat(body[0]).isEqualTo((byte) 134);
            assertThat(advertisement.hops()).isEqualTo(255);
            assertThat(advertisement.source()).isEqualTo(Packet.address("fe80::2"));
            assertThat(advertisement.destination()).isEqualTo(LINK_LOCAL);
            assertThat(Arrays.copyOfRange(body, 16, 24)).isEqualTo(new byte[] {1, 1, 0x52, 0x55, 10, 0, 2, 2});
            assertThat(Arrays.copyOfRange(body, 32, 36)).isEqualTo(new byte[] {3, 4, 64, (byte) 0xC0});
            assertThat(Arrays.copyOfRange(body, 48, 64))
                    .isEqualTo(Packet.address("fec0::").getAddress());
            assertThat(Arrays.copyOfRange(body, 72, 88))
                    .isEqualTo(Packet.address("fec0::3").getAddress());
            Packet toAll = answer(bench, icmp(Packet.address("::"), "ff02::2", 133, new byte[4]));
            assertThat(toAll.destination()).isEqualTo(Packet.address("ff02::1"));
            bench.guest.icmp().clear();
            bench.pass(1_300);
            assertThat(bench.guest.icmp()).as("before guests forget it").hasSize(2);
        }
    }

    @Test
    void theRouterAnswersForItsAddresses() throws Exception {
        try (Bench bench = new Bench()) {
            byte[] body = new byte[20];
            System.arraycopy(Packet.address("fec0::2").getAddress(), 0, body, 4, 16);
            Packet advertisement = answer(bench, icmp(LINK_LOCAL, "ff02::1:ff00:2", 135, body));
            assertThat(advertisement.payload()[0]).isEqualTo((byte) 136);
            assertThat(advertisement.payload()[4]).isEqualTo((byte) 0xE0);
            assertThat(Arrays.copyOfRange(advertisement.payload(), 24, 32))
                    .isEqualTo(new byte[] {2, 1, 0x52, 0x55, 10, 0, 2, 2});
            body[19] = 9;
            bench.guest.icmp().clear();
            bench.guest.send(icmp(LINK_LOCAL, "fec0::9", 135, body));
            bench.settle();
            assertThat(bench.guest.icmp()).isEmpty();
        }
    }

    @Test
    void pingsAndErrors() throws Exception {
        try (Bench bench = new Bench()) {
            bench.guest6.ping("fec0::2", 64, new byte[10]);
            bench.settle();
            assertThat(bench.guest.icmp().getLast().payload()[0]).isEqualTo((byte) 129);
            bench.guest6.ping("2001:db8::1", 1, new byte[10]);
            bench.settle();
            assertThat(bench.guest.icmp().getLast().payload()).startsWith(3, 0);
            bench.guest6.sendUdp(5_000, "fec0::77", 53, new byte[10]);
            bench.settle();
            assertThat(bench.guest.icmp().getLast().payload()).startsWith(1, 3);
        }
    }

    @Test
    void dhcpTellsTheNameServer() throws Exception {
        try (Bench bench = new Bench("dnssearch=a.example", "bootfile=boot")) {
            byte[] request = {11, 1, 2, 3, 0, 1, 0, 4, 9, 9, 9, 9, 0, 8, 0, 2, 0, 0};
            Packet packet = Guest.udpPacket(LINK_LOCAL, 546, Packet.address("ff02::1:2"), 547, request);
            bench.wiring.send(new Frame(packet.frame(new byte[] {0x33, 0x33, 0, 1, 0, 2}, Guest.MAC)));
            bench.settle();
            Guest.Udp reply = bench.guest.udp().remove();
            assertThat(reply.port()).isEqualTo(546);
            assertThat(reply.data()).startsWith(7, 1, 2, 3, 0, 1, 0, 4, 9, 9, 9, 9, 0, 2, 0, 10);
            String text = new String(reply.data(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(text)
                    .contains(new String(
                            Packet.address("fec0::3").getAddress(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("\1a\7example\0")
                    .contains("tftp://[fec0:0:0:0:0:0:0:2]/boot");
        }
    }

    @Test
    void tcpAndUdpAreTheSame() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = new ServerSocket(0, 5, InetAddress.ofLiteral("::1"))) {
            bench.wiring.offloads(OffloadSet.ALL);
            byte[] content = new byte[3_000_000];
            new Random(1).nextBytes(content);
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            GuestTcp tcp = bench.guest6.connect(
                    40_000, "fec0::2", server.getLocalPort(), socket -> socket.withLargeSegments(50_000));
            tcp.write(content);
            tcp.shutdown();
            bench.until(bench.guest6, tcp::inputEnded);
            assertThat(Arrays.equals(tcp.input(), content)).isTrue();
            assertThat(tcp.largestSegment()).isGreaterThan(10_000);
            done.get();
        }
    }
}
