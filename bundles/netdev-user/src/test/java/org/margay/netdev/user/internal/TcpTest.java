package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.net.OffloadSet;
import org.margay.netdev.user.internal.guest.GuestTcp;

/** Connections of the guest to servers of the host. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpTest {
    private static final int BULK = 20 << 20;

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 1024, Bench.loopback(0).getAddress());
    }

    private static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Accepts one, echoes all until its end, closes. */
    private static CompletableFuture<Void> echo(ServerSocket server) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void bytesGoBothWaysAndBothHalvesClose() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            CompletableFuture<Void> done = echo(server);
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::established);
            tcp.write("hello".getBytes());
            bench.until(() -> tcp.inputLength() == 5);
            assertThat(tcp.input()).asString().isEqualTo("hello");
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            done.get(5, TimeUnit.SECONDS);
            bench.until(() -> bench.netdev.connections().isEmpty());
            assertThat(tcp.wasReset()).isFalse();
        }
    }

    private static void download(Bench bench, GuestTcp tcp, ServerSocket server, byte[] content) throws Exception {
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept();
                    OutputStream out = socket.getOutputStream()) {
                out.write(content);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        bench.until(tcp::inputEnded);
        done.get(5, TimeUnit.SECONDS);
        assertThat(tcp.inputLength()).isEqualTo(content.length);
        assertThat(tcp.inputSum()).isEqualTo(GuestTcp.sum(0, content, content.length));
        tcp.shutdown();
        bench.until(() -> tcp.flushed());
    }

    private static void upload(Bench bench, GuestTcp tcp, ServerSocket server, byte[] content) throws Exception {
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        tcp.write(content);
        tcp.shutdown();
        bench.until(received::isDone);
        assertThat(Arrays.equals(received.get(), content)).isTrue();
        bench.until(tcp::inputEnded);
    }

    @Test
    void muchIsDownloaded() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            GuestTcp tcp = bench.guest
                    .connect(40_000, "10.0.2.2", server.getLocalPort())
                    .counting();
            download(bench, tcp, server, noise(BULK, 1));
            assertThat(tcp.largestSegment()).isEqualTo(1460);
        }
    }

    @Test
    void muchIsDownloadedInLargeSegments() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.wiring.offloads(OffloadSet.ALL);
            GuestTcp tcp = bench.guest
                    .connect(40_000, "10.0.2.2", server.getLocalPort())
                    .counting();
            download(bench, tcp, server, noise(BULK, 1));
            assertThat(tcp.largestSegment()).isGreaterThan(60_000);
        }
    }

    @Test
    void muchIsDownloadedByACardWithLittleRoom() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.wiring.room(8);
            GuestTcp tcp = bench.guest
                    .connect(40_000, "10.0.2.2", server.getLocalPort())
                    .counting();
            long before = bench.wiring.received();
            download(bench, tcp, server, noise(BULK, 1));
            assertThat(bench.wiring.received() - before).as("nothing is sent twice").isLessThan(BULK / 1460 + 50);
        }
    }

    @Test
    void muchIsDownloadedOverABadWire() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.wiring.disturb(15, 42);
            GuestTcp tcp = bench.guest
                    .connect(40_000, "10.0.2.2", server.getLocalPort())
                    .counting();
            download(bench, tcp, server, noise(BULK, 1));
        }
    }

    @Test
    void muchIsUploaded() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            upload(bench, tcp, server, noise(BULK, 2));
        }
    }

    @Test
    void muchIsUploadedInLargeSegments() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            GuestTcp tcp = bench.guest
                    .connect(40_000, "10.0.2.2", server.getLocalPort())
                    .withLargeSegments(60_000);
            upload(bench, tcp, server, noise(BULK, 2));
        }
    }

    @Test
    void muchIsUploadedOverABadWire() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.wiring.disturb(15, 43);
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            upload(bench, tcp, server, noise(BULK, 2));
        }
    }
}
