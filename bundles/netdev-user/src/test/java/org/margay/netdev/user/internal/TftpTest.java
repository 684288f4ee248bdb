package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files by TFTP. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TftpTest {
    private static final int PORT = 3_000;

    @TempDir
    private Path top;

    private Path root;
    private final byte[] content = new byte[200_000];

    @BeforeEach
    void files() throws Exception {
        root = Files.createDirectory(top.resolve("root"));
        new Random(1).nextBytes(content);
        Files.createDirectory(root.resolve("pxe"));
        Files.write(root.resolve("pxe/boot.0"), content);
        Files.write(root.resolve("even"), Arrays.copyOf(content, 1024));
        Files.write(top.resolve("secret"), content);
        Files.createSymbolicLink(root.resolve("link"), top.resolve("secret"));
        Files.createSymbolicLink(root.resolve("inner"), root.resolve("even"));
    }

    private static void request(Bench bench, int opcode, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(opcode);
        for (String word : words) {
            out.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
            out.write(0);
        }
        bench.guest.sendUdp(PORT, "10.0.2.2", 69, out.toByteArray());
    }

    private static byte[] next(Bench bench) {
        bench.until(() -> !bench.guest.udp().isEmpty());
        return bench.guest.udp().remove().data();
    }

    private static void acknowledge(Bench bench, int block) {
        bench.guest.sendUdp(PORT, "10.0.2.2", 69, new byte[] {0, 4, (byte) (block >>> 8), (byte) block});
    }

    private static byte[] download(Bench bench, int blockSize) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int block = 1; ; block++) {
            byte[] data = next(bench);
            assertThat(data).startsWith(0, 3, block >>> 8, block);
            all.write(data, 4, data.length - 4);
            acknowledge(bench, block);
            if (data.length - 4 < blockSize) {
                bench.settle();
                return all.toByteArray();
            }
        }
    }

    @Test
    void aFileIsRead() throws Exception {
        try (Bench bench = new Bench("tftp=" + root)) {
            request(bench, 1, "pxe/boot.0", "octet");
            assertThat(download(bench, 512)).isEqualTo(content);
            request(bench, 1, "/even", "OCTET");
            assertThat(download(bench, 512)).hasSize(1024);
            request(bench, 1, "inner", "octet");
            assertThat(download(bench, 512)).hasSize(1024);
        }
    }

    @Test
    void optionsAreAgreedOn() throws Exception {
        try (Bench bench = new Bench("tftp=" + root)) {
            request(bench, 1, "pxe/boot.0", "octet", "tsize", "0", "BLKSIZE", "4096", "bogus", "1", "timeout", "3");
            assertThat(new String(next(bench), StandardCharsets.US_ASCII))
                    .isEqualTo("\0\6tsize\000200000\0blksize\0001448\0timeout\0003\0");
            acknowledge(bench, 0);
            assertThat(download(bench, 1_448)).isEqualTo(content);
        }
    }

    @Test
    void whatIsLostIsSentAgain() throws Exception {
        try (Bench bench = new Bench("tftp=" + root)) {
            bench.wiring.disturb(30, 5);
            request(bench, 1, "even", "octet");
            byte[] first = next(bench);
            assertThat(first).startsWith(0, 3, 0, 1);
            assertThat(next(bench)).as("not acknowledged").startsWith(0, 3, 0, 1);
            bench.pass(30);
            bench.guest.udp().clear();
            bench.pass(30);
            assertThat(bench.guest.udp()).as("given up").isEmpty();
        }
    }

    @Test
    void nothingElseIsToBeHad() throws Exception {
        try (Bench bench = new Bench("tftp=" + root)) {
            for (String name :
                    new String[] {"../secret", "link", "pxe", "", "nothing", "/../secret", "pxe/../../secret"}) {
                request(bench, 1, name, "octet");
                assertThat(next(bench)).as(name).startsWith(0, 5, 0, 1);
            }
            request(bench, 2, "even", "octet");
            assertThat(next(bench)).startsWith(0, 5, 0, 2);
            request(bench, 1, "even", "netascii");
            assertThat(next(bench)).startsWith(0, 5, 0, 4);
            acknowledge(bench, 7);
            assertThat(next(bench)).startsWith(0, 5, 0, 5);
        }
    }
}
