package org.margay.block.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.CacheMode;
import org.margay.block.Extent;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

class FileNodeTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path image(long size) throws IOException {
        Path path = folder.resolve("a.img");
        Files.createFile(path);
        try (BlockNode node = open(path, OpenOptions.READ_WRITE)) {
            node.resize(size);
        }
        return path;
    }

    private static BlockNode open(Path path, OpenOptions options) throws IOException {
        return new FileProtocol().open(path.toString(), options, BlockDrivers.onClassPath());
    }

    private static IoVector memory(int value, int... sizes) {
        List<MemorySegment> pieces = new ArrayList<>();
        for (int size : sizes) {
            MemorySegment piece = Arena.ofAuto().allocate(size);
            piece.fill((byte) value);
            pieces.add(piece);
        }
        return IoVector.of(pieces);
    }

    private static byte[] bytes(IoVector vector) {
        MemorySegment all = Arena.ofAuto().allocate(vector.size());
        vector.copyTo(all);
        return all.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void twoWritersAreOneTooMany() throws IOException {
        Path path = image(MIB);
        try (BlockNode first = open(path, OpenOptions.READ_WRITE)) {
            assertThatThrownBy(() -> open(path, OpenOptions.READ_WRITE))
                    .hasMessage("Failed to get \"write\" lock\nIs another process using the image [%s]?", path);
            assertThatThrownBy(() -> open(path, OpenOptions.READ_ONLY))
                    .hasMessageStartingWith("Failed to get shared \"write\" lock\n");
            open(path, OpenOptions.READ_ONLY.withShare(true)).close();
            first.reopen(true);
            open(path, OpenOptions.READ_ONLY).close();
        }
        open(path, OpenOptions.READ_WRITE).close();
    }

    @Test
    void aReaderBecomesAWriterOnlyWhenAlone() throws IOException {
        Path path = image(MIB);
        try (BlockNode first = open(path, OpenOptions.READ_ONLY)) {
            try (BlockNode second = open(path, OpenOptions.READ_ONLY)) {
                assertThatThrownBy(() -> first.reopen(false)).hasMessageContaining("lock");
                assertThat(first.readOnly()).isTrue();
                second.read(0, memory(0, 512));
            }
            first.reopen(false);
            first.write(0, memory(1, 512));
        }
    }

    @Test
    void makingDoesNotEmptyWhatSomebodyUses() throws IOException {
        Path path = image(MIB);
        try (BlockNode user = open(path, OpenOptions.READ_WRITE)) {
            assertThatThrownBy(() -> new FileProtocol().create(path.toString())).hasMessageContaining("lock");
            assertThat(Files.size(path)).isEqualTo(MIB);
        }
        new FileProtocol().create(path.toString());
        assertThat(Files.size(path)).isZero();
    }

    @Test
    void locksAreThoseOfQemu() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-io")), "qemu-utils are not installed");
        Path path = image(MIB);
        try (BlockNode user = open(path, OpenOptions.READ_WRITE)) {
            assertThat(run("qemu-io", "-f", "raw", "-c", "write 0 512", path.toString()))
                    .contains("Failed to get \"write\" lock");
        }
        try (BlockNode user = open(path, OpenOptions.READ_ONLY)) {
            assertThat(run("qemu-io", "-r", "-f", "raw", "-c", "read 0 512", path.toString()))
                    .contains("read 512/512");
        }
        Process qemu = new ProcessBuilder("qemu-io", "-f", "raw", path.toString())
                .redirectErrorStream(true)
                .start();
        try (OutputStream input = qemu.getOutputStream()) {
            input.write("write 0 512\n".getBytes(StandardCharsets.US_ASCII));
            input.flush();
            String prompt = new String(qemu.getInputStream().readNBytes(40), StandardCharsets.US_ASCII);
            assertThat(prompt).contains("wrote");
            assertThatThrownBy(() -> open(path, OpenOptions.READ_WRITE)).hasMessageStartingWith("Failed to get");
        } finally {
            qemu.destroy();
            qemu.waitFor();
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void holesAreSeenAndMade() throws IOException {
        Path path = image(4 * MIB);
        try (BlockNode node = open(path, OpenOptions.READ_WRITE)) {
            assertThat(node.extent(0, 4 * MIB)).isEqualTo(Extent.zero(4 * MIB));
            assertThat(node.allocatedBytes()).isZero();
            node.write(MIB, memory(7, MIB));
            assertThat(node.extent(0, 4 * MIB)).isEqualTo(Extent.zero(MIB));
            assertThat(node.extent(MIB, 4 * MIB - MIB)).isEqualTo(Extent.data(MIB, MIB));
            long full = node.allocatedBytes();
            assertThat(full).isGreaterThanOrEqualTo(MIB);
            node.writeZeroes(MIB, MIB / 2, false);
            assertThat(bytes(read(node, MIB, MIB / 2))).containsOnly(0);
            assertThat(bytes(read(node, MIB + MIB / 2, MIB / 2))).containsOnly(7);
            node.writeZeroes(MIB, MIB, true);
            assertThat(node.allocatedBytes()).isLessThan(full);
            assertThat(bytes(read(node, MIB, MIB))).containsOnly(0);
            node.write(0, memory(3, MIB));
            node.discard(0, MIB);
            assertThat(bytes(read(node, 0, MIB))).containsOnly(0);
        }
    }

    private static IoVector read(BlockNode node, long offset, int size) throws IOException {
        IoVector target = memory(0x55, size);
        node.read(offset, target);
        return target;
    }

    @Test
    void whatIsWrittenBehindTheEndMakesItLonger() throws IOException {
        Path path = image(0);
        try (BlockNode node = open(path, OpenOptions.READ_WRITE)) {
            node.write(4096, memory(1, 100));
            assertThat(node.length()).isEqualTo(4196);
            node.writeZeroes(4000, 10_000, false);
            assertThat(node.length()).isEqualTo(14_000);
            assertThat(Files.size(path)).isEqualTo(14_000);
            assertThat(bytes(read(node, 4096, 100))).containsOnly(0);
            node.resize(512);
            assertThatThrownBy(() -> read(node, 0, 513)).hasMessageContaining("not within");
        }
    }

    @Test
    void requestsOfAllShapesWithEachCacheMode() throws IOException {
        Random random = new Random(4);
        for (CacheMode mode : CacheMode.values()) {
            Path path = folder.resolve(mode + ".img");
            Files.createFile(path);
            byte[] model = new byte[MIB];
            BlockNode opened;
            try {
                opened = open(path, OpenOptions.READ_WRITE.withCache(mode));
            } catch (IOException e) {
                assumeTrue(!mode.direct(), "the file system knows no O_DIRECT");
                throw e;
            }
            try (BlockNode node = opened) {
                node.resize(MIB);
                for (int round = 0; round < 300; round++) {
                    int unit = random.nextBoolean() ? 4096 : 512;
                    int[] sizes = new int[1 + random.nextInt(12)];
                    int total = 0;
                    for (int i = 0; i < sizes.length; i++) {
                        sizes[i] = unit * (1 + random.nextInt(5));
                        total += sizes[i];
                    }
                    int offset = random.nextInt((MIB - total) / unit) * unit;
                    int value = random.nextInt(256);
                    if (random.nextBoolean()) {
                        node.write(offset, memory(value, sizes));
                        Arrays.fill(model, offset, offset + total, (byte) value);
                    } else {
                        IoVector target = memory(value, sizes);
                        node.read(offset, target);
                        assertThat(bytes(target)).isEqualTo(Arrays.copyOfRange(model, offset, offset + total));
                    }
                }
                node.flush();
            }
            assertThat(Files.readAllBytes(path)).isEqualTo(model);
        }
    }

    @Test
    void whatCanNotBeOpenedSaysWhy() {
        assertThatThrownBy(() -> open(folder.resolve("none"), OpenOptions.READ_ONLY))
                .hasMessage("No such file or directory");
        assertThatThrownBy(() -> open(folder, OpenOptions.READ_ONLY)).hasMessage("Is a directory");
        assertThatThrownBy(() -> open(Path.of("/dev/null"), OpenOptions.READ_WRITE))
                .hasMessage("'file' driver requires '/dev/null' to be a regular file");
    }

    @Test
    void whatIsInThePageCacheIsReadAtOnce() throws IOException {
        Path path = image(MIB);
        try (BlockNode node = open(path, OpenOptions.READ_WRITE)) {
            node.write(4096, memory(7, 4096, 512));
            IoVector target = memory(0, 512, 8192);
            assertThat(node.readNow(4096 - 512, target)).isTrue();
            assertThat(bytes(target)).startsWith(new byte[512]).endsWith(new byte[512]);
            assertThat(Arrays.copyOfRange(bytes(target), 512, 512 + 4608)).containsOnly(7);
        }
        try (BlockNode node = open(path, OpenOptions.READ_WRITE.withCache(CacheMode.NONE))) {
            assertThat(node.readNow(0, memory(0, 512))).as("past the cache").isFalse();
        } catch (IOException e) {
            assumeTrue(false, "no O_DIRECT here");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host_device", "host_cdrom", "host_floppy"})
    void aFileIsNoDevice(String protocol) throws IOException {
        Files.createFile(folder.resolve("plain"));
        String name = protocol + ":" + folder.resolve("plain");
        assertThatThrownBy(() -> new FileProtocol().open(name, OpenOptions.READ_ONLY, BlockDrivers.onClassPath()))
                .hasMessage("'%s' driver requires '%s' to be a block device", protocol, folder.resolve("plain"));
    }
}
