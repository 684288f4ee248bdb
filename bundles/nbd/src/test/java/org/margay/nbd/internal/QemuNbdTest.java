package org.margay.nbd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

class QemuNbdTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path image;
    private Path socket;
    private byte[] content;

    @BeforeEach
    void image() throws IOException {
        assumeTrue(QemuNbd.installed());
        image = folder.resolve("disk.raw");
        socket = folder.resolve("s");
        content = new byte[8 * MIB];
        new Random(7).nextBytes(content);
        Files.write(image, content);
    }

    private QemuNbd serve(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-k", socket.toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--image-opts")) {
            arguments.addAll(List.of("-f", "raw", image.toString()));
        }
        return QemuNbd.start(folder, arguments.toArray(String[]::new));
    }

    private static BlockNode open(String name, OpenOptions options) throws IOException {
        BlockDrivers drivers = BlockDrivers.onClassPath();
        return drivers.protocol(name).open(name, options, drivers);
    }

    private String unix() {
        return "nbd:unix:" + socket;
    }

    private static byte[] read(BlockNode node, long offset, int length) throws IOException {
        // Memory that no other thread may touch, as formats have for their tables.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(length);
            int half = length / 3;
            node.read(offset, IoVector.of(target.asSlice(0, half), target.asSlice(half)));
            return target.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static void write(BlockNode node, long offset, byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            node.write(offset, IoVector.of(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes)));
        }
    }

    private static byte[] part(byte[] bytes, int from, int length) {
        return java.util.Arrays.copyOfRange(bytes, from, from + length);
    }

    @Test
    void readsAndWrites() throws Exception {
        try (QemuNbd _ = serve();
                BlockNode node = open(unix(), OpenOptions.READ_WRITE)) {
            assertThat(node.length()).isEqualTo(content.length);
            assertThat(read(node, 0, content.length)).isEqualTo(content);
            assertThat(read(node, 12345, 777)).isEqualTo(part(content, 12345, 777));
            byte[] fresh = new byte[MIB + 77];
            new Random(8).nextBytes(fresh);
            write(node, 3 * MIB + 5, fresh);
            node.flush();
            System.arraycopy(fresh, 0, content, 3 * MIB + 5, fresh.length);
            assertThat(Files.readAllBytes(image)).isEqualTo(content);
            node.writeZeroes(MIB + 1, MIB, true);
            node.discard(6 * MIB, MIB);
            node.flush();
            assertThat(read(node, MIB + 1, MIB)).containsOnly(0);
            assertThat(read(node, MIB, 1)).isEqualTo(part(content, MIB, 1));
            assertThat(read(node, 2 * MIB + 1, 1)).isEqualTo(part(content, 2 * MIB + 1, 1));
        }
    }

    @Test
    void tellsWhatIsAllocated() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(0);
            file.setLength(8L * MIB);
            file.seek(2L * MIB);
            file.write(part(content, 0, MIB));
        }
        try (QemuNbd _ = serve();
                BlockNode node = open(unix(), OpenOptions.READ_WRITE)) {
            assertThat(node.extent(0, 8L * MIB)).isEqualTo(new Extent(Extent.Kind.ZERO, 2L * MIB, 0));
            assertThat(node.extent(2L * MIB, 6L * MIB)).isEqualTo(Extent.data(MIB, 2L * MIB));
            assertThat(node.extent(2L * MIB + 3, 10)).isEqualTo(Extent.data(10, 2L * MIB + 3));
            assertThat(node.extent(3L * MIB, 5L * MIB)).isEqualTo(new Extent(Extent.Kind.ZERO, 5L * MIB, 3L * MIB));
            write(node, 4L * MIB, part(content, 0, MIB));
            assertThat(node.extent(4L * MIB, 4L * MIB).kind()).isEqualTo(Extent.Kind.DATA);
        }
    }

    @Test
    void manyRequestsAtOnce() throws Exception {
        try (QemuNbd _ = serve();
                BlockNode node = open(unix(), OpenOptions.READ_WRITE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int at = i * 40_000;
                all.add(threads.submit(() -> {
                    byte[] mine = part(content, at, 40_000);
                    assertThat(read(node, at, mine.length)).isEqualTo(mine);
                    for (int k = 0; k < mine.length; k++) {
                        mine[k] ^= 0x55;
                    }
                    write(node, at, mine);
                    assertThat(read(node, at, mine.length)).isEqualTo(mine);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void blocksOfTheServerAreKeptTo() throws Exception {
        try (QemuNbd _ = serve("--image-opts", "driver=blkdebug,align=4096,image.driver=file,image.filename=" + image);
                BlockNode node = open(unix(), OpenOptions.READ_WRITE)) {
            assertThat(((NbdNode) node).minimumBlock()).isEqualTo(4096);
            assertThat(read(node, 5000, 100)).isEqualTo(part(content, 5000, 100));
            byte[] fresh = part(content, 100_000, 9000);
            write(node, 4095, fresh);
            System.arraycopy(fresh, 0, content, 4095, fresh.length);
            node.writeZeroes(20_001, 30_000, false);
            java.util.Arrays.fill(content, 20_001, 50_001, (byte) 0);
            assertThat(read(node, 0, MIB)).isEqualTo(part(content, 0, MIB));
        }
    }

    @Test
    void goesOnWhenTheServerComesBack() throws Exception {
        QemuNbd first = serve();
        BlockNode node = open(unix(), OpenOptions.READ_WRITE);
        write(node, 0, new byte[] {1, 2, 3});
        first.close();
        Files.deleteIfExists(socket);
        try (QemuNbd _ = serve()) {
            assertThat(read(node, 0, 4)).isEqualTo(new byte[] {1, 2, 3, content[3]});
            node.close();
        }
    }

    @Test
    void failsWhenTheServerStaysAway() throws Exception {
        QemuNbd server = serve();
        String name = "nbd+unix:///?socket=" + socket + "&reconnect-delay=0";
        try (BlockNode node = open(name, OpenOptions.READ_ONLY)) {
            server.close();
            assertThatThrownBy(() -> read(node, 0, 4))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lost");
        }
    }

    @Test
    void exportsHaveNames() throws Exception {
        try (QemuNbd _ = serve("-x", "disk", "-r")) {
            assertThatThrownBy(() -> open(unix(), OpenOptions.READ_ONLY).close())
                    .hasMessageContaining("not available");
            assertThatThrownBy(() -> open(unix() + ":exportname=disk", OpenOptions.READ_WRITE)
                            .close())
                    .hasMessageContaining("read-only");
            try (BlockNode node = open(unix() + ":exportname=disk", OpenOptions.READ_ONLY)) {
                assertThat(read(node, 0, 10)).isEqualTo(part(content, 0, 10));
                assertThatThrownBy(() -> node.reopen(false)).hasMessageContaining("read-only");
            }
            try (BlockNode node = open("nbd+unix:///disk?socket=" + socket, OpenOptions.READ_ONLY)) {
                assertThat(node.length()).isEqualTo(content.length);
            }
        }
    }

    @Test
    void encryptsAndChecksWhoItIs() throws Exception {
        Path server = Certificates.make(folder);
        int port = freePort();
        try (QemuNbd _ = QemuNbd.start(
                folder,
                "-p",
                Integer.toString(port),
                "-b",
                "127.0.0.1",
                "-f",
                "raw",
                "--object",
                "tls-creds-x509,id=tls0,endpoint=server,verify-peer=yes,dir=" + server,
                "--tls-creds",
                "tls0",
                image.toString())) {
            String certificates = "?tls-certificates=" + folder.resolve("client");
            String name = "nbds://127.0.0.1:" + port + "/" + certificates;
            try (BlockNode node = open(name, OpenOptions.READ_WRITE)) {
                assertThat(read(node, 0, content.length)).isEqualTo(content);
                write(node, 1000, new byte[300_000]);
                assertThat(read(node, 1000, 300_000)).containsOnly(0);
            }
            assertThatThrownBy(() -> open("nbd://127.0.0.1:" + port, OpenOptions.READ_ONLY)
                            .close())
                    .hasMessageContaining("TLS");
            assertThatThrownBy(() -> open("nbds://127.0.0.1:" + port, OpenOptions.READ_ONLY)
                            .close())
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> open(name + "&tls-hostname=elsewhere.example", OpenOptions.READ_ONLY)
                            .close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("elsewhere.example");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
