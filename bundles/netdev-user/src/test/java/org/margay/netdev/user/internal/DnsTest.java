package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.GuestTcp;
import org.margay.netdev.user.internal.guest.Packet;

/** The virtual name server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DnsTest {
    private static final byte[] QUERY = {
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 'h', 'o', 's', 't', 0, 0, 1, 0, 1,
    };

    @Test
    void queriesGoToTheHostsNameServer() throws Exception {
        try (Bench bench = new Bench();
                UdpTest.Echo server = new UdpTest.Echo()) {
            bench.nameServer = Bench.loopback(server.port());
            bench.guest.sendUdp(5_000, "10.0.2.3", 53, QUERY);
            bench.until(() -> !bench.guest.udp().isEmpty());
            Guest.Udp answer = bench.guest.udp().remove();
            assertThat(answer.source()).isEqualTo(Packet.address("10.0.2.3"));
            assertThat(answer.sourcePort()).isEqualTo(53);
            assertThat(answer.data()).isEqualTo(QUERY);
            for (int i = 0; i < 5; i++) {
                bench.pass(10);
            }
            assertThat(bench.netdev.connections())
                    .as("a resolver's port is soon free")
                    .isEmpty();
        }
    }

    @Test
    void queriesGoByTcpToo() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = new ServerSocket(0, 1, Bench.loopback(0).getAddress())) {
            bench.nameServer = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            GuestTcp tcp = bench.guest.connect(5_000, "10.0.2.3", 53);
            tcp.write(QUERY);
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            assertThat(tcp.input()).isEqualTo(QUERY);
            done.get();
        }
    }

    @Test
    void withoutANameServerAllQueriesFail() throws Exception {
        try (Bench bench = new Bench()) {
            bench.guest.sendUdp(5_000, "10.0.2.3", 53, QUERY);
            bench.until(() -> !bench.guest.udp().isEmpty());
            byte[] answer = bench.guest.udp().remove().data();
            assertThat(answer).startsWith(0x12, 0x34, 0x81, 0x82, 0, 0);
            bench.guest.sendUdp(5_000, "10.0.2.3", 53, answer);
            bench.guest.sendUdp(5_000, "10.0.2.3", 53, new byte[5]);
            bench.settle();
            assertThat(bench.guest.udp()).as("only queries are answered").isEmpty();

            GuestTcp tcp = bench.guest.connect(5_000, "10.0.2.3", 53);
            ByteBuffer framed = ByteBuffer.allocate(2 + QUERY.length)
                    .putShort((short) QUERY.length)
                    .put(QUERY);
            for (int i = 0; i < 100; i++) {
                tcp.write(framed.array());
            }
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            assertThat(tcp.input()).hasSize(100 * 14).startsWith(0, 12, 0x12, 0x34, 0x81, 0x82);
            GuestTcp nonsense = bench.guest.connect(5_001, "10.0.2.3", 53);
            nonsense.write(new byte[2]);
            bench.until(nonsense::wasReset);
        }
    }
}
