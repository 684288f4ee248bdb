package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CompressedWriter;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

/** Compression, backing files, encryption, sizes: with QEMU's tools as judges. */
class ContentTest {
    private static final int SIZE = (6 << 20) + 1536;

    @TempDir
    Path folder;

    private Path raw(byte[] content) throws IOException {
        Path raw = folder.resolve("model.raw");
        Files.write(raw, content);
        return raw;
    }

    private void judged(Path image, byte[] content) throws IOException {
        Tool.qemuImg("check", image);
        Tool.qemuImg("compare", "-F", "raw", image, raw(content));
    }

    /** Text of a kind, runs, noise: what can be compressed and what can't. */
    private static byte[] mixed(int size) {
        byte[] content = new byte[size];
        Random random = new Random(7);
        for (int at = 0; at < size; ) {
            int length = Math.min(size - at, 1 + random.nextInt(150_000));
            switch (random.nextInt(4)) {
                case 0 -> Arrays.fill(content, at, at + length, (byte) random.nextInt());
                case 1 -> {
                    for (int i = at; i < at + length; i++) {
                        content[i] = (byte) random.nextInt();
                    }
                }
                case 2 -> {
                    for (int i = at; i < at + length; i++) {
                        content[i] =
                                (byte) ("the margay climbs down trees head first ".charAt(i % 40) + random.nextInt(2));
                    }
                }
                default -> {}
            }
            at += length;
        }
        return content;
    }

    @ParameterizedTest
    @CsvSource({"65536, zlib", "65536, zstd", "512, zlib", "4096, zstd", "2097152, zstd", "2097152, zlib"})
    void compressedClustersAreReadByBothAndOverwritten(int clusterSize, String type) throws IOException {
        byte[] model = mixed(SIZE);
        String options = "cluster_size=%d,compression_type=%s".formatted(clusterSize, type);
        Path theirs = folder.resolve("theirs.qcow2");
        Tool.qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", options, raw(model), theirs);
        Path ours = folder.resolve("ours.qcow2");
        Images.create(
                "qcow2", ours, SIZE, Map.of("cluster_size", Integer.toString(clusterSize), "compression_type", type));
        try (ImageNode node = Images.open("qcow2", ours, OpenOptions.READ_WRITE);
                Arena arena = Arena.ofShared()) {
            for (int at = 0; at < SIZE; at += clusterSize) {
                int part = Math.min(clusterSize, SIZE - at);
                MemorySegment memory = arena.allocate(part);
                MemorySegment.copy(model, at, memory, ValueLayout.JAVA_BYTE, 0, part);
                ((CompressedWriter) node).writeCompressed(at, IoVector.of(memory));
            }
        }
        judged(ours, model);
        assertThat(Files.size(ours)).isLessThan(Files.size(theirs) * 12 / 10 + 6 * clusterSize);
        for (Path image : new Path[] {ours, theirs}) {
            byte[] copy = model.clone();
            try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
                RandomOperations operations = new RandomOperations(node, copy, 3);
                operations.compare();
                operations.run(4, 30);
                operations.compare();
            }
            judged(image, copy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "512", "1048576"})
    void whatIsNotWrittenComesFromBelow(String clusterSize) throws IOException {
        Path base = folder.resolve("base.qcow2");
        byte[] below = mixed(SIZE - 700_000);
        Tool.qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", raw(below), base);
        // Longer than what lies below.
        byte[] model = Arrays.copyOf(below, SIZE);
        Path overlay = folder.resolve("overlay.qcow2");
        Images.create(
                "qcow2", overlay, SIZE, Map.of("cluster_size", clusterSize), new BackingLink("base.qcow2", "qcow2"));
        assertThat(Tool.qemuImg("info", overlay))
                .contains("backing file: base.qcow2")
                .contains("backing file format: qcow2");
        try (ImageNode node = Images.open("qcow2", overlay, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 17);
            operations.compare();
            assertThat(node.extent(0, SIZE).kind()).isEqualTo(Extent.Kind.UNALLOCATED);
            operations.run(6, 80);
            operations.compare();
            operations.large(10);
            operations.compare();
        }
        judged(overlay, model);
    }

    @Test
    void backingLinkIsChanged() throws IOException {
        Path image = folder.resolve("overlay.qcow2");
        Images.create("qcow2", image, SIZE, Map.of(), new BackingLink("a.raw", "raw"));
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE.withBacking(false))) {
            assertThat(node.backingLink()).contains(new BackingLink("a.raw", "raw"));
            node.changeBackingLink(new BackingLink("/some/where/b.qcow2", "qcow2"));
            assertThatThrownBy(() -> node.changeBackingLink(new BackingLink("x".repeat(2000), null)))
                    .isInstanceOf(ImageException.class);
        }
        assertThat(Tool.qemuImg("info", image))
                .contains("backing file: /some/where/b.qcow2")
                .contains("format: qcow2");
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE.withBacking(false))) {
            assertThat(node.backingLink()).contains(new BackingLink("/some/where/b.qcow2", "qcow2"));
            node.changeBackingLink(null);
            assertThat(node.backingLink()).isEmpty();
        }
        assertThat(Tool.qemuImg("info", image)).doesNotContain("backing");
        Tool.qemuImg("check", image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "512"})
    void encryptedImagesAreReadByBoth(String clusterSize) throws IOException {
        Path image = folder.resolve("secret.qcow2");
        Tool.qemuImg(
                "create",
                "-q",
                "--object",
                "secret,id=s,data=geheim",
                "-f",
                "qcow2",
                "-o",
                "encrypt.format=aes,encrypt.key-secret=s,cluster_size=" + clusterSize,
                image,
                SIZE);
        assertThatThrownBy(() -> {
                    try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
                        Images.read(node, 0, 512);
                    }
                })
                .isInstanceOf(ImageException.class);
        byte[] model = new byte[SIZE];
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            assertThat(node.encrypted()).isTrue();
            assertThat(node.locked()).isTrue();
            node.unlock("geheim");
            RandomOperations operations = new RandomOperations(node, model, 3);
            operations.run(4, 40);
            operations.compare();
        }
        String options = "driver=qcow2,encrypt.format=aes,encrypt.key-secret=s,file.filename=" + image;
        Tool.qemuImg("check", "--object", "secret,id=s,data=geheim", "--image-opts", options);
        Tool.qemuImg(
                "compare",
                "--object",
                "secret,id=s,data=geheim",
                "--image-opts",
                options,
                "driver=raw,file.filename=" + raw(model));
        Tool.run(
                "qemu-utils",
                "qemu-io",
                "--object",
                "secret,id=s,data=geheim",
                "--image-opts",
                options,
                "-c",
                "write -P 9 1M 1M");
        Arrays.fill(model, 1 << 20, 2 << 20, (byte) 9);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_ONLY)) {
            node.unlock("geheim");
            new RandomOperations(node, model, 3).compare();
        }
    }

    @Test
    void encryptedImagesAreMade() throws IOException {
        Path image = folder.resolve("secret.qcow2");
        Images.create("qcow2", image, SIZE, Map.of("encryption", "on"));
        assertThat(Tool.qemuImg("info", image)).contains("encrypted: yes");
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            node.unlock("geheim");
            Images.write(node, 100, Images.random(1, 100_000));
            assertThat(Images.read(node, 100, 100_000)).isEqualTo(Images.random(1, 100_000));
        }
        assertThat(indexOf(Files.readAllBytes(image), Arrays.copyOf(Images.random(1, 100_000), 8)))
                .isNegative();
    }

    private static int indexOf(byte[] where, byte[] what) {
        for (int i = 0; i <= where.length - what.length; i++) {
            if (Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=64k", "cluster_size=512", "compat=0.10", "cluster_size=2M"})
    void sizesChangeAndNothingOldShows(String options) throws IOException {
        Path image = folder.resolve("sized.qcow2");
        Tool.qemuImg("create", "-q", "-f", "qcow2", "-o", options, image, SIZE);
        byte[] model = new byte[SIZE];
        Random random = new Random(11);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            for (int round = 0; round < 12; round++) {
                RandomOperations operations = new RandomOperations(node, model, round);
                operations.large(4);
                operations.compare();
                int size = 512 * (1 + random.nextInt(40_000));
                node.resize(size);
                model = Arrays.copyOf(model, size);
                assertThat(node.length()).isEqualTo(size);
                new RandomOperations(node, model, round).compare();
            }
        }
        judged(image, model);
        assertThat(Tool.qemuImg("check", image)).contains("No errors");
    }

    @Test
    void whatALongerBackingFileHasDoesNotShowWhenTheImageGrows() throws IOException {
        Path base = folder.resolve("base.raw");
        Files.write(base, Images.random(3, SIZE));
        Path overlay = folder.resolve("overlay.qcow2");
        Images.create("qcow2", overlay, 1 << 20, Map.of(), new BackingLink("base.raw", "raw"));
        byte[] model = Arrays.copyOf(Images.random(3, SIZE), 1 << 20);
        try (ImageNode node = Images.open("qcow2", overlay, OpenOptions.READ_WRITE)) {
            node.resize(1_000_960);
            node.resize(2 * SIZE + 512);
            model = Arrays.copyOf(Arrays.copyOf(model, 1_000_960), 2 * SIZE + 512);
            new RandomOperations(node, model, 1).compare();
        }
        judged(overlay, model);
    }

    @Test
    void discardedRoomIsUsedAgain() throws IOException {
        Path image = folder.resolve("discard.qcow2");
        Images.create("qcow2", image, 64 << 20, Map.of());
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            for (int round = 0; round < 10; round++) {
                Images.write(node, round * (4L << 20), Images.random(round, 4 << 20));
                node.discard(round * (4L << 20), 4 << 20);
                node.flush();
                assertThat(node.extent(0, 1 << 20).kind()).isEqualTo(Extent.Kind.UNALLOCATED);
            }
        }
        assertThat(Files.size(image)).isLessThan(9 << 20);
        Tool.qemuImg("check", image);
    }

    @ParameterizedTest
    @CsvSource({"extended_l2=on, extended L2 entries", "data_file=%s/data.raw, external data file"})
    void whatWeHaveNotIsRefusedByName(String options, String name) throws IOException {
        Path image = folder.resolve("strange.qcow2");
        Tool.qemuImg("create", "-q", "-f", "qcow2", "-o", options.formatted(folder), image, SIZE);
        refused(image, name);
    }

    private static void refused(Path image, String name) {
        assertThatThrownBy(() -> Images.open("qcow2", image, OpenOptions.READ_ONLY))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessageContaining(name);
    }

    @Test
    void newerFeaturesAreRefusedByTheNameThatTheImageHasForThem() throws IOException {
        Path image = folder.resolve("strange.qcow2");
        Tool.qemuImg("create", "-q", "-f", "qcow2", image, SIZE);
        byte[] whole = Files.readAllBytes(image);
        // The first entry of the table: what it names is to be incompatible bit 40.
        int table = indexOf(whole, new byte[] {0x68, 0x03, (byte) 0xf8, 0x57}) + 8;
        whole[table + 1] = 40;
        whole[table + 2] = 'D';
        whole[72 + 2] = 1;
        Files.write(image, whole);
        refused(image, "Dirty bit".substring(0, 3));
        whole[table + 1] = 0;
        Files.write(image, whole);
        refused(image, "10000000000");
        whole[72 + 2] = 0;
        whole[35] = 2;
        Files.write(image, whole);
        refused(image, "LUKS");
    }

    @Test
    void probeTellsVersionsApartFromQcow() throws IOException {
        Path image = folder.resolve("any");
        Images.create("qcow2", image, SIZE, Map.of("compat", "v2"));
        try (BlockNode node = Images.probe(image, OpenOptions.READ_ONLY)) {
            assertThat(node.driver()).isEqualTo("qcow2");
        }
    }

    @Test
    void extentsSayWhatIsWhere() throws IOException {
        Path image = folder.resolve("map.qcow2");
        Images.create("qcow2", image, 1L << 40, Map.of());
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            assertThat(node.extent(5, (1L << 40) - 5)).isEqualTo(Extent.unallocated((1L << 40) - 5));
            Images.write(node, 1L << 39, Images.random(1, 200_000));
            node.writeZeroes(0, 1 << 20, false);
            assertThat(node.extent(0, 1L << 40)).isEqualTo(Extent.unallocated(1L << 39));
            Extent data = node.extent(1L << 39, 1L << 39);
            assertThat(data.kind()).isEqualTo(Extent.Kind.DATA);
            assertThat(data.length()).isEqualTo(4 << 16);
            node.writeZeroes(1L << 39, 1 << 16, false);
            assertThat(node.extent(1L << 39, 1L << 39)).isEqualTo(Extent.zero(1 << 16));
        }
    }
}
