package org.margay.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.block.BlockDrivers;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

class HttpNodeTest {
    private static final int KIB = 1 << 10;

    /** Blocks of 4 KiB, 16 of them kept, 8 at a time. */
    private static final HttpSettings SMALL = new HttpSettings(4 * KIB, 8, 16, Duration.ofSeconds(20), 3);

    private byte[] content;
    private RangeServer server;

    @BeforeEach
    void start() throws IOException {
        content = new byte[1000 * KIB + 77];
        new Random(5).nextBytes(content);
        server = new RangeServer(content);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] read(HttpNode node, long offset, int length) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment target = arena.allocate(length);
            node.read(offset, IoVector.of(target.asSlice(0, length / 2), target.asSlice(length / 2)));
            return target.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private byte[] part(int from, int length) {
        return Arrays.copyOfRange(content, from, from + length);
    }

    private void refuses(String path, String text) {
        assertThatThrownBy(() -> HttpNode.open(server.url(path), SMALL).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text);
    }

    @Test
    void readsAnywhere() throws IOException {
        try (HttpNode node = HttpNode.open(server.url("/disk.img"), SMALL)) {
            assertThat(node.driver()).isEqualTo("http");
            assertThat(node.length()).isEqualTo(content.length);
            assertThat(read(node, 0, content.length)).isEqualTo(content);
            assertThat(read(node, content.length - 10, 10)).isEqualTo(part(content.length - 10, 10));
            Random random = new Random(6);
            for (int i = 0; i < 300; i++) {
                int length = 1 + random.nextInt(40 * KIB);
                int offset = random.nextInt(content.length - length);
                assertThat(read(node, offset, length)).isEqualTo(part(offset, length));
            }
            assertThatThrownBy(() -> read(node, content.length - 1, 2)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatWasReadIsNotAskedForAgain() throws IOException {
        try (HttpNode node = HttpNode.open(server.url("/disk.img"), SMALL)) {
            read(node, 8 * KIB, 100);
            int before = server.requests.get();
            for (int i = 0; i < 50; i++) {
                read(node, 8 * KIB + i, 100);
            }
            assertThat(server.requests.get()).isEqualTo(before);
        }
    }

    @Test
    void readsThatGoOnAskForMore() throws IOException {
        try (HttpNode node = HttpNode.open(server.url("/disk.img"), SMALL)) {
            int before = server.requests.get();
            for (int at = 0; at < 800 * KIB; at += 2 * KIB) {
                assertThat(read(node, at, 2 * KIB)).isEqualTo(part(at, 2 * KIB));
            }
            // 200 blocks, eight at a time but for the beginning.
            assertThat(server.requests.get() - before).isLessThan(30);
        }
    }

    @Test
    void manyAtOnce() throws Exception {
        try (HttpNode node = HttpNode.open(server.url("/disk.img"), SMALL);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int at = i * 7 * KIB;
                all.add(threads.submit(() -> {
                    assertThat(read(node, at, 30 * KIB)).isEqualTo(part(at, 30 * KIB));
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void redirectsAreFollowed() throws IOException {
        server.on("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", server.url("/disk.img"));
            RangeServer.answer(exchange, 302, content, 0, 0);
        });
        try (HttpNode node = HttpNode.open(server.url("/moved"), SMALL)) {
            assertThat(read(node, 5000, 5000)).isEqualTo(part(5000, 5000));
        }
        server.on("/circle", exchange -> {
            exchange.getResponseHeaders().set("Location", server.url("/circle"));
            RangeServer.answer(exchange, 302, content, 0, 0);
        });
        refuses("/circle", "302");
    }

    @Test
    void serversThatCannot() {
        refuses("/nothing", "404");
        server.on("/whole", exchange -> RangeServer.answer(exchange, 200, content, 0, content.length));
        refuses("/whole", "range");
        server.on("/unknown", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-0/*");
            RangeServer.answer(exchange, 206, content, 0, 1);
        });
        refuses("/unknown", "size");
        server.on("/huge", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-0/99999999999999999999");
            RangeServer.answer(exchange, 206, content, 0, 1);
        });
        refuses("/huge", "size");
        assertThatThrownBy(() -> HttpNode.open("http://127.0.0.1:1/x", SMALL).close())
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> HttpNode.open("http:nothing", SMALL).close()).hasMessageContaining("host");
    }

    @Test
    void troubleThatPassesIsNotSeen() throws IOException {
        AtomicInteger count = new AtomicInteger();
        server.on("/shaky", exchange -> {
            if (count.incrementAndGet() % 3 == 2) {
                RangeServer.answer(exchange, 503, content, 0, 0);
            } else {
                server.serve(exchange);
            }
        });
        try (HttpNode node = HttpNode.open(server.url("/shaky"), SMALL)) {
            assertThat(read(node, 0, content.length)).isEqualTo(content);
        }
    }

    @Test
    void otherRangesThanAskedForAreRefused() throws IOException {
        AtomicInteger count = new AtomicInteger();
        server.on("/liar", exchange -> {
            if (count.incrementAndGet() == 1) {
                server.serve(exchange);
            } else {
                exchange.getResponseHeaders().set("Content-Range", "bytes 7-4102/" + content.length);
                RangeServer.answer(exchange, 206, content, 7, 4096);
            }
        });
        try (HttpNode node = HttpNode.open(server.url("/liar"), SMALL)) {
            assertThatThrownBy(() -> read(node, 0, 10)).hasMessageContaining("another range");
        }
    }

    @Test
    void filesThatChangeAreNoticed() throws IOException {
        try (HttpNode node = HttpNode.open(server.url("/disk.img"), SMALL)) {
            read(node, 0, 10);
            server.content = Arrays.copyOf(content, content.length + 1);
            assertThatThrownBy(() -> read(node, 100 * KIB, 10)).hasMessageContaining("changed");
        }
    }

    @Test
    void userAndPasswordAreGiven() throws IOException {
        server.on("/private", exchange -> {
            String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (given.equals("Basic "
                    + java.util.Base64.getEncoder().encodeToString("me:se@cret".getBytes(StandardCharsets.UTF_8)))) {
                server.serve(exchange);
            } else {
                RangeServer.answer(exchange, 401, content, 0, 0);
            }
        });
        refuses("/private", "401");
        String url = server.url("/private").replace("//", "//me:se%40cret@");
        try (HttpNode node = HttpNode.open(url, SMALL)) {
            assertThat(read(node, 0, 100)).isEqualTo(part(0, 100));
        }
    }

    @Test
    void isForReadingOnly() throws IOException {
        BlockDrivers drivers = BlockDrivers.onClassPath();
        String url = server.url("/disk.img");
        assertThatThrownBy(() -> drivers.protocol(url)
                        .open(url, OpenOptions.READ_WRITE, drivers)
                        .close())
                .hasMessageContaining("does not support writes");
        drivers.protocol(url).open(url, OpenOptions.READ_ONLY, drivers).close();
    }
}
