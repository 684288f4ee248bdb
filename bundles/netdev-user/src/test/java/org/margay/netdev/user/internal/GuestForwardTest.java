package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.DeviceException;
import org.margay.netdev.user.internal.guest.GuestTcp;

/** Ports of the network that lead to something of the host's, and networks that have nothing else. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuestForwardTest {
    private static void echoes(Bench bench, String address, int port) {
        GuestTcp tcp = bench.guest.connect(40_000 + port, address, port);
        byte[] content = new byte[200_000];
        new java.util.Random(port).nextBytes(content);
        tcp.write(content);
        tcp.shutdown();
        bench.until(tcp::inputEnded);
        assertThat(tcp.input()).isEqualTo(content);
        bench.until(() -> bench.netdev.connections().isEmpty());
    }

    @Test
    void aProcessServesEachConnection() throws Exception {
        try (Bench bench = new Bench("restrict=on", "guestfwd=tcp:10.0.2.100:7-cmd:cat")) {
            echoes(bench, "10.0.2.100", 7);
            echoes(bench, "10.0.2.100", 7);
        }
    }

    @Test
    void aProcessThatEndsEndsTheConnection() throws Exception {
        try (Bench bench = new Bench("guestfwd=tcp:10.0.2.100:7-cmd:echo done")) {
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.100", 7);
            bench.until(tcp::inputEnded);
            assertThat(tcp.input()).asString().isEqualTo("done\n");
        }
    }

    @Test
    void aServerOfTheHostIsReached() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, Bench.loopback(0).getAddress());
                Bench bench = new Bench("restrict=on", "guestfwd=tcp::80-tcp:127.0.0.1:" + server.getLocalPort())) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            echoes(bench, "10.0.2.4", 80);
            done.get();
        }
    }

    @Test
    void aUnixSocketIsReached(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
                Bench bench = new Bench("guestfwd=tcp:10.0.2.5:80-unix:" + address.getPath())) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (SocketChannel socket = server.accept()) {
                    ByteBuffer buffer = ByteBuffer.allocate(10_000);
                    while (socket.read(buffer) >= 0) {
                        socket.write(buffer.flip());
                        buffer.compact();
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            echoes(bench, "10.0.2.5", 80);
            done.get();
        }
    }

    @Test
    void aChardevServesOneAtATime() throws Exception {
        LoopChardev chardev = new LoopChardev();
        try (Bench bench = new Bench(Map.of("loop", chardev), "guestfwd=tcp:10.0.2.5:80-loop")) {
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.5", 80);
            tcp.write("hello".getBytes());
            bench.until(() -> {
                chardev.acceptInput();
                return tcp.inputLength() == 5;
            });
            GuestTcp second = bench.guest.connect(40_001, "10.0.2.5", 80);
            bench.until(second::wasReset);
            tcp.write(new byte[100_000]);
            bench.until(() -> {
                chardev.acceptInput();
                return tcp.inputLength() == 100_005;
            });
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            bench.until(() -> bench.netdev.connections().isEmpty());
            assertThatThrownBy(() -> new Bench(Map.of("loop", chardev), "guestfwd=tcp:10.0.2.5:80-chardev:loop"))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("chardev 'loop' is in use");
        }
        assertThat(chardev.attached()).isFalse();
        assertThatThrownBy(() -> new Bench("guestfwd=tcp:10.0.2.5:80-chardev:no"))
                .isInstanceOf(DeviceException.class)
                .hasMessage("chardev 'no' not found");
    }

    @Test
    void aRestrictedGuestReachesNothingElse() throws Exception {
        try (Bench bench = new Bench("restrict=on");
                ServerSocket server = new ServerSocket(0, 5, Bench.loopback(0).getAddress())) {
            bench.nameServer = Bench.loopback(server.getLocalPort());
            for (String address : new String[] {"10.0.2.2", "10.0.2.3", "192.0.2.1"}) {
                GuestTcp tcp =
                        bench.guest.connect(40_000, address, address.equals("10.0.2.2") ? server.getLocalPort() : 53);
                bench.until(tcp::wasReset);
                bench.guest.icmp().clear();
                bench.guest.sendUdp(5_000, address, 53, new byte[20]);
                bench.until(() -> !bench.guest.icmp().isEmpty());
                assertThat(bench.guest.icmp().getFirst().payload()).startsWith(3, 13);
            }
            bench.guest.icmp().clear();
            bench.guest.ping("192.0.2.1", 64, new byte[10]);
            bench.guest.ping("10.0.2.2", 64, new byte[10]);
            bench.settle();
            assertThat(bench.guest.icmp()).hasSize(2);
            assertThat(bench.guest.icmp().getFirst().payload()).startsWith(3, 13);
            assertThat(bench.netdev.connections()).isEmpty();
            assertThat(bench.netdev.info()).isEqualTo("net=10.0.2.0,restrict=on");
        }
    }
}
