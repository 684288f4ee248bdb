package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.CacheMode;
import org.margay.block.Checkable;
import org.margay.block.CompressedWriter;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotStore;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

/** Checks and repairs, beside those of QEMU. */
class CheckTest {
    private static final int SIZE = 3 << 20;
    private static final OpenOptions TO_REPAIR = new OpenOptions(false, CacheMode.WRITEBACK, false, true, false);

    @TempDir
    Path folder;

    private byte[] model = new byte[SIZE];

    private Path image(Map<String, String> options) throws IOException {
        Path image = folder.resolve("image.qcow2");
        Images.create("qcow2", image, SIZE, options);
        model = new byte[SIZE];
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            byte[] some = Images.random(1, 1_300_000);
            Images.write(node, 100_000, some);
            System.arraycopy(some, 0, model, 100_000, some.length);
        }
        return image;
    }

    private static long number(String json, String name) {
        Matcher matcher = Pattern.compile("\"%s\": ([0-9]+)".formatted(name)).matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String theirs(Path image) {
        return Tool.tryRun("qemu-utils", "qemu-img", "check", "--output=json", "-f", "qcow2", image)
                .output();
    }

    private static Checkable.Result ours(Path image) throws IOException {
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_ONLY.withBacking(false))) {
            return ((Checkable) node).check(Checkable.Repair.NOTHING);
        }
    }

    /** We count as QEMU counts. */
    private static Checkable.Result same(Path image) throws IOException {
        String theirs = theirs(image);
        Checkable.Result ours = ours(image);
        assertThat(ours.corruptions()).as(theirs + ours.findings()).isEqualTo(number(theirs, "corruptions"));
        assertThat(ours.leaks()).as(theirs + ours.findings()).isEqualTo(number(theirs, "leaks"));
        assertThat(ours.totalClusters()).isEqualTo(number(theirs, "total-clusters"));
        assertThat(ours.allocatedClusters()).isEqualTo(number(theirs, "allocated-clusters"));
        assertThat(ours.fragmentedClusters()).isEqualTo(number(theirs, "fragmented-clusters"));
        assertThat(ours.compressedClusters()).isEqualTo(number(theirs, "compressed-clusters"));
        assertThat(ours.imageEnd()).as(theirs).isEqualTo(number(theirs, "image-end-offset"));
        return ours;
    }

    private static void put(Path image, long offset, long value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(offset);
            file.writeLong(value);
        }
    }

    private static long get(Path image, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            file.seek(offset);
            return file.readLong();
        }
    }

    /** Where the first L2 table is. */
    private static long l2(Path image) throws IOException {
        return get(image, get(image, 40)) & L2Entry.OFFSET;
    }

    /** Where the first refcount block is. */
    private static long refcounts(Path image) throws IOException {
        return get(image, get(image, 48));
    }

    private void repaired(Path image, byte... content) throws IOException {
        try (ImageNode node = Images.open("qcow2", image, TO_REPAIR)) {
            Checkable.Result result = ((Checkable) node).check(Checkable.Repair.ALL);
            assertThat(result.corruptions()).as("%s", result.findings()).isZero();
            assertThat(result.leaks()).isZero();
            assertThat(result.corruptionsFixed() + result.leaksFixed()).isPositive();
            new RandomOperations(node, content, 1).compare();
            // It can be written again.
            new RandomOperations(node, content, 2).large(10);
        }
        Tool.qemuImg("check", image);
        same(image);
        Path raw = folder.resolve("content.raw");
        Files.write(raw, content);
        Tool.qemuImg("compare", "-F", "raw", image, raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "512", "4096"})
    void soundImagesAreCountedAsQemuCountsThem(String clusterSize) throws IOException {
        Path image = image(Map.of("cluster_size", clusterSize));
        assertThat(same(image).findings()).isEmpty();
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            ((SnapshotStore) node).createSnapshot("x");
            RandomOperations operations = new RandomOperations(node, model, 3);
            operations.run(4, 40);
            ((CompressedWriter) node)
                    .writeCompressed(
                            0,
                            org.margay.memory.IoVector.of(
                                    java.lang.foreign.Arena.ofAuto().allocate(Integer.parseInt(clusterSize))));
        }
        assertThat(same(image).findings()).isEmpty();
    }

    @Test
    void leaksAreFoundAndFreed() throws IOException {
        Path image = image(Map.of());
        long l2 = l2(image);
        put(image, l2 + 8 * 10, 0);
        put(image, l2 + 8 * 11, 0);
        assertThat(same(image).leaks()).isEqualTo(2);
        java.util.Arrays.fill(model, 10 << 16, 12 << 16, (byte) 0);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            Checkable.Result result = ((Checkable) node).check(Checkable.Repair.LEAKS);
            assertThat(result.leaks()).isZero();
            assertThat(result.leaksFixed()).isEqualTo(2);
        }
        Tool.qemuImg("check", image);
    }

    @Test
    void countsThatAreTooLowAreRaised() throws IOException {
        Path image = image(Map.of());
        put(image, refcounts(image) + 16, 0);
        assertThat(same(image).corruptions()).isGreaterThan(4);
        repaired(image, model);
    }

    @Test
    void lostReferenceCountsAreMadeAnew() throws IOException {
        Path image = image(Map.of("cluster_size", "1024", "refcount_bits", "8"));
        put(image, 48, 0x1234_5600);
        assertThat(ours(image).corruptions()).isPositive();
        assertThatThrownBy(() -> Images.open("qcow2", image, OpenOptions.READ_WRITE))
                .isInstanceOf(ImageException.class);
        repaired(image, model);
    }

    @Test
    void clustersInUseTwiceAreTakenApartWhenTheyAreWritten() throws IOException {
        Path image = image(Map.of());
        long l2 = l2(image);
        put(image, l2 + 8 * 40, get(image, l2 + 8 * 10));
        System.arraycopy(model, 10 << 16, model, 40 << 16, 1 << 16);
        assertThat(same(image).corruptions()).isPositive();
        repaired(image, model);
    }

    @Test
    void entriesThatPointIntoClustersAreFoundAndDropped() throws IOException {
        Path image = image(Map.of());
        long l2 = l2(image);
        put(image, l2 + 8 * 10, get(image, l2 + 8 * 10) | 0x200);
        java.util.Arrays.fill(model, 10 << 16, 11 << 16, (byte) 0);
        assertThat(ours(image).corruptions()).isEqualTo(number(theirs(image), "corruptions"));
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            assertThatThrownBy(() -> Images.read(node, 10 << 16, 512)).isInstanceOf(ImageException.class);
            // Now it says so, and nothing is written any more.
            assertThatThrownBy(() -> Images.write(node, 0, new byte[512])).isInstanceOf(ImageException.class);
        }
        assertThat(Tool.qemuImg("info", image)).contains("corrupt: true");
        assertThatThrownBy(() -> Images.open("qcow2", image, OpenOptions.READ_WRITE))
                .hasMessageContaining("corrupt");
        repaired(image, model);
        assertThat(Tool.qemuImg("info", image)).contains("corrupt: false");
    }

    @Test
    void entriesThatPointToMetadataAreNotWrittenThrough() throws IOException {
        Path image = image(Map.of());
        byte[] before = Files.readAllBytes(image);
        put(image, l2(image) + 8 * 10, L2Entry.COPIED | get(image, 40));
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            assertThatThrownBy(() -> Images.write(node, 10 << 16, new byte[512]))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("metadata");
        }
        byte[] after = Files.readAllBytes(image);
        int l1 = (int) get(image, 40);
        assertThat(java.util.Arrays.mismatch(before, l1, l1 + 65536, after, l1, l1 + 65536))
                .isEqualTo(-1);
    }

    @Test
    void countsOfZeroDoNotGiveMetadataAway() throws IOException {
        Path image = image(Map.of());
        put(image, refcounts(image), 0);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            assertThatThrownBy(() -> Images.write(node, 2 << 20, new byte[512])).isInstanceOf(ImageException.class);
        }
        repaired(image, model);
    }

    @Test
    void randomDamageOfTablesIsCountedAndMended() throws IOException {
        for (int round = 0; round < 30; round++) {
            Path image = image(Map.of("cluster_size", "4096"));
            Random random = new Random(round);
            long table = random.nextBoolean() ? l2(image) : refcounts(image);
            for (int i = 0; i < 3; i++) {
                long at = table + 8L * random.nextInt(60);
                put(image, at, random.nextBoolean() ? 0 : get(image, table + 8L * random.nextInt(60)));
            }
            same(image);
            try (ImageNode node = Images.open("qcow2", image, TO_REPAIR)) {
                assertThat(((Checkable) node).check(Checkable.Repair.ALL).corruptions())
                        .isZero();
            }
            Tool.qemuImg("check", image);
            Files.delete(image);
        }
    }

    @Test
    void bitmapsAreCountedAndDeclaredVoidByWrites() throws IOException {
        Path image = image(Map.of());
        Tool.qemuImg("bitmap", "--add", image, "b0");
        Tool.qemuIo("qcow2", image, "write -P 5 0 1M");
        assertThat(same(image).findings()).isEmpty();
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 0, new byte[512]);
        }
        assertThat(ours(image).corruptions()).isZero();
        assertThat(number(theirs(image), "corruptions")).isZero();
    }
}
