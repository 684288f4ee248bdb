package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
            assertThat(bench.wiring.received() - before)
                    .as("nothing is sent twice")
                    .isLessThan(BULK / 1460 + 50);
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

    /** Both ways at once, ends in all orders: whatever the wire does, nothing is lost. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void echoesOverABadWire(long seed) throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            Random random = new Random(seed);
            bench.wiring.disturb(random.nextInt(80), seed);
            bench.wiring.room(1 + random.nextInt(40));
            bench.wiring.offloads(random.nextBoolean() ? OffloadSet.ALL : OffloadSet.NONE);
            CompletableFuture<Void> done = echo(server);
            byte[] content = noise(random.nextInt(600_000), seed);
            GuestTcp tcp = bench.guest.connect(
                    40_000,
                    "10.0.2.2",
                    server.getLocalPort(),
                    socket -> socket.withMss(200 + random.nextInt(1_261))
                            .withLargeSegments(random.nextBoolean() ? 1_460 : 30_000)
                            .windowQuietly(2_000 + random.nextInt(300_000)));
            tcp.write(content);
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            assertThat(Arrays.equals(tcp.input(), content)).isTrue();
            done.get(5, TimeUnit.SECONDS);
            bench.until(tcp::flushed);
            bench.until(() -> bench.netdev.connections().isEmpty());
        }
    }

    @Test
    void theGuestClosesFirstAndStillReceives() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            byte[] content = noise(300_000, 3);
            CompletableFuture<byte[]> done = serve(server, socket -> {
                byte[] asked = socket.getInputStream().readAllBytes();
                socket.getOutputStream().write(content);
                return asked;
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            tcp.write("all".getBytes());
            tcp.shutdown();
            bench.until(tcp::inputEnded);
            assertThat(tcp.input()).isEqualTo(content);
            assertThat(done.get()).asString().isEqualTo("all");
            bench.until(() -> bench.netdev.connections().isEmpty());
        }
    }

    @Test
    void theHostClosesFirstAndStillReceives() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            CompletableFuture<byte[]> done = serve(server, socket -> {
                socket.getOutputStream().write(1);
                socket.shutdownOutput();
                return socket.getInputStream().readAllBytes();
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::inputEnded);
            byte[] content = noise(300_000, 4);
            tcp.write(content);
            bench.settle();
            assertThat(bench.netdev.connections()).singleElement().asString().startsWith("FIN_WAIT_2");
            tcp.shutdown();
            bench.until(done::isDone);
            assertThat(done.get()).isEqualTo(content);
            bench.until(() -> bench.netdev.connections().toString().contains("TIME_WAIT"));
            bench.pass(11);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void theSameEndsMayMeetAgainAtOnce() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            for (int i = 0; i < 3; i++) {
                serve(server, socket -> new byte[0]);
                int start = 1_000_000 * i;
                GuestTcp tcp =
                        bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort(), socket -> socket.startAt(start));
                bench.until(tcp::inputEnded);
                tcp.shutdown();
                bench.until(tcp::flushed);
            }
        }
    }

    @Test
    void aResetOfTheGuestReachesTheServer() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            CompletableFuture<byte[]> done =
                    serve(server, socket -> socket.getInputStream().readAllBytes());
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::established);
            tcp.abort();
            bench.until(done::isDone);
            assertThat(done).isCompletedExceptionally();
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void aResetOfTheServerReachesTheGuest() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            serve(server, socket -> {
                socket.setSoLinger(true, 0);
                return socket.getInputStream().readNBytes(1);
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            tcp.write(new byte[] {1});
            bench.until(tcp::wasReset);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void aClosedPortRefuses() throws Exception {
        try (Bench bench = new Bench()) {
            int port;
            try (ServerSocket server = server()) {
                port = server.getLocalPort();
            }
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", port);
            bench.until(tcp::wasReset);
            GuestTcp nobody = bench.guest.connect(40_001, "10.0.2.77", 80);
            bench.until(nobody::wasReset);
            GuestTcp noName = bench.guest.connect(40_002, "10.0.2.3", 80);
            bench.until(noName::wasReset);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void aClosedWindowIsProbed() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            serve(server, socket -> {
                socket.getInputStream().readNBytes(1);
                socket.getOutputStream().write(new byte[100_000]);
                return new byte[0];
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::established);
            tcp.window(0);
            tcp.write(new byte[] {1});
            bench.settle();
            bench.pass(300);
            assertThat(tcp.inputLength()).isZero();
            int before = tcp.segments();
            bench.pass(300);
            assertThat(tcp.segments() - before).as("probes in 5 minutes").isBetween(2, 60);
            tcp.windowQuietly(50_000);
            bench.until(tcp::inputEnded);
            assertThat(tcp.inputLength()).isEqualTo(100_000);
        }
    }

    @Test
    void aSmallWindowWithoutScalingIsRespected() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.wiring.offloads(OffloadSet.ALL);
            GuestTcp tcp = bench.guest.connect(
                    40_000,
                    "10.0.2.2",
                    server.getLocalPort(),
                    socket -> socket.counting().withoutScaling().withMss(536).windowQuietly(3_000));
            download(bench, tcp, server, noise(200_000, 5));
        }
    }

    @Test
    void aServerThatDoesNotReadStopsTheGuest() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            CompletableFuture<Void> go = new CompletableFuture<>();
            CompletableFuture<byte[]> done = serve(server, socket -> {
                go.join();
                return socket.getInputStream().readAllBytes();
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            byte[] content = noise(BULK, 6);
            tcp.write(content);
            tcp.shutdown();
            for (int i = 0; i < 50; i++) {
                bench.settle();
            }
            assertThat(tcp.flushed()).isFalse();
            go.complete(null);
            bench.until(done::isDone);
            assertThat(Arrays.equals(done.get(), content)).isTrue();
        }
    }

    @Test
    void anIdleConnectionLivesAsLongAsTheGuest() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            CompletableFuture<byte[]> done =
                    serve(server, socket -> socket.getInputStream().readAllBytes());
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::established);
            for (int i = 0; i < 10; i++) {
                bench.pass(3_600);
            }
            assertThat(bench.netdev.connections()).hasSize(1);
            tcp.forget();
            for (int i = 0; i < 3; i++) {
                bench.pass(3_600);
            }
            bench.until(done::isDone);
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void aSilentGuestIsGivenUp() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server()) {
            bench.guest.tcpSilent(true);
            CompletableFuture<Void> go = new CompletableFuture<>();
            CompletableFuture<byte[]> done = serve(server, socket -> {
                go.join();
                socket.getOutputStream().write(new byte[10]);
                return socket.getInputStream().readAllBytes();
            });
            GuestTcp tcp = bench.guest.connect(40_000, "10.0.2.2", server.getLocalPort());
            bench.until(tcp::established);
            tcp.forget();
            bench.settle();
            go.complete(null);
            for (int i = 0; i < 100 && !done.isDone(); i++) {
                bench.pass(20);
            }
            assertThat(done).isCompletedExceptionally();
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void manyAtOnce() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int many = 500;
            int threadsBefore = Thread.activeCount();
            for (int i = 0; i < many; i++) {
                threads.submit(() -> {
                    try (Socket socket = server.accept()) {
                        return socket.getInputStream().transferTo(socket.getOutputStream());
                    }
                });
            }
            List<GuestTcp> all = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                GuestTcp tcp = bench.guest.connect(20_000 + i, "10.0.2.2", server.getLocalPort());
                tcp.write(noise(5_000, i));
                all.add(tcp);
            }
            bench.until(() -> all.stream().allMatch(tcp -> tcp.inputLength() == 5_000));
            assertThat(bench.netdev.connections()).hasSize(many);
            assertThat(Thread.activeCount()).isLessThan(threadsBefore + 20);
            for (int i = 0; i < many; i++) {
                assertThat(all.get(i).input()).isEqualTo(noise(5_000, i));
                all.get(i).shutdown();
            }
            bench.until(() -> bench.netdev.connections().isEmpty());
        }
    }

    @Test
    void manyInARowLeaveNothing() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket server = server();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                while (!server.isClosed()) {
                    Socket socket = server.accept();
                    threads.submit(() -> {
                        try (socket) {
                            return socket.getInputStream().transferTo(socket.getOutputStream());
                        }
                    });
                }
                return null;
            });
            long filesBefore = openFiles();
            for (int round = 0; round < 200; round++) {
                List<GuestTcp> all = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    GuestTcp tcp = bench.guest.connect(20_000 + round * 50 + i, "10.0.2.2", server.getLocalPort());
                    tcp.write(new byte[] {1, 2, 3});
                    tcp.shutdown();
                    all.add(tcp);
                }
                bench.until(() -> all.stream().allMatch(tcp -> tcp.inputEnded() && tcp.flushed()));
                assertThat(all).allMatch(tcp -> tcp.inputLength() == 3);
            }
            bench.until(() -> bench.netdev.connections().isEmpty());
            assertThat(bench.guest.connections()).isZero();
            bench.settle();
            assertThat(openFiles()).isLessThan(filesBefore + 50);
            server.close();
        }
    }

    @Test
    void tooManyAreRefused() throws Exception {
        try (Bench bench = new Bench()) {
            List<GuestTcp> all = new ArrayList<>();
            for (int i = 0; i < 4_200; i++) {
                all.add(bench.guest.connect(10_000 + i, "10.0.2.3", 53));
            }
            bench.until(() -> all.stream().allMatch(tcp -> tcp.established() || tcp.wasReset()));
            assertThat(all.stream().filter(GuestTcp::established)).hasSize(4_096);
            assertThat(bench.netdev.connections()).hasSize(4_096);
        }
    }

    private static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** What a server does with its only client. */
    @FunctionalInterface
    interface Service {
        byte[] serve(Socket socket) throws IOException;
    }

    private static CompletableFuture<byte[]> serve(ServerSocket server, Service service) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept()) {
                return service.serve(socket);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
