package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotDetails;
import org.margay.block.SnapshotStore;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

class SnapshotTest {
    private static final int SIZE = (5 << 20) + 512;

    @TempDir
    Path folder;

    private void judged(Path image, byte[] content) throws IOException {
        Path raw = folder.resolve("judged.raw");
        Files.write(raw, content);
        Tool.qemuImg("check", image);
        Tool.qemuImg("compare", "-F", "raw", image, raw);
    }

    private static List<String> names(SnapshotStore store) {
        return store.snapshots().stream().map(SnapshotDetails::name).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=64k", "cluster_size=512", "compat=0.10", "cluster_size=4k,refcount_bits=64"})
    void contentComesBackAndCountsAreRight(String options) throws IOException {
        Path image = folder.resolve("ours.qcow2");
        Tool.qemuImg("create", "-q", "-f", "qcow2", "-o", options, image, SIZE);
        byte[] model = new byte[SIZE];
        byte[] first;
        byte[] second;
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            SnapshotStore store = (SnapshotStore) node;
            RandomOperations operations = new RandomOperations(node, model, 5);
            operations.run(3, 40);
            assertThat(store.createSnapshot("one")).isEqualTo("1");
            first = model.clone();
            operations.large(10);
            assertThat(store.createSnapshot("two")).isEqualTo("2");
            second = model.clone();
            operations.large(10);
            node.flush();
            judgedOpen(image);
            store.applySnapshot("one");
            System.arraycopy(first, 0, model, 0, SIZE);
            operations.compare();
            operations.run(3, 20);
            operations.compare();
            assertThat(names(store)).containsExactly("one", "two");
        }
        judged(image, model);
        assertThat(Tool.qemuImg("snapshot", "-l", image)).contains("one").contains("two");
        Tool.qemuImg("snapshot", "-a", "two", image);
        judged(image, second);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            SnapshotStore store = (SnapshotStore) node;
            new RandomOperations(node, second, 1).compare();
            store.deleteSnapshot("1");
            assertThat(names(store)).containsExactly("two");
            store.createSnapshot("three");
            assertThat(store.snapshots().getLast().id()).isEqualTo("3");
            store.deleteSnapshot("two");
            store.deleteSnapshot("three");
            assertThatThrownBy(() -> store.applySnapshot("one")).isInstanceOf(ImageException.class);
            new RandomOperations(node, second, 1).large(10);
        }
        judged(image, second);
    }

    /** While it is open: counts may be too high, nothing else. */
    private static void judgedOpen(Path image) {
        assertThat(Tool.tryRun("qemu-utils", "qemu-img", "check", "-U", image).status())
                .isIn(0, 3);
    }

    @Test
    void snapshotsOfQemuAreApplied() throws IOException {
        Path image = folder.resolve("theirs.qcow2");
        Tool.qemuImg("create", "-q", "-f", "qcow2", image, SIZE);
        Tool.qemuIo("qcow2", image, "write -P 1 0 2M");
        Tool.qemuImg("snapshot", "-c", "small", image);
        Tool.qemuIo("qcow2", image, "write -P 2 1M 2M");
        Tool.qemuImg("resize", "-q", image, 8 << 20);
        Tool.qemuImg("snapshot", "-c", "large", image);
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            SnapshotStore store = (SnapshotStore) node;
            assertThat(names(store)).containsExactly("small", "large");
            store.applySnapshot("small");
            assertThat(node.length()).isEqualTo(SIZE);
            byte[] expected = new byte[SIZE];
            Arrays.fill(expected, 0, 2 << 20, (byte) 1);
            new RandomOperations(node, expected, 1).compare();
            store.applySnapshot("large");
            assertThat(node.length()).isEqualTo(8 << 20);
            store.applySnapshot("small");
        }
        Tool.qemuImg("check", image);
    }

    @Test
    void countsThatAreTooNarrowRefuseSnapshotsAndNothingElse() throws IOException {
        Path image = folder.resolve("narrow.qcow2");
        Images.create("qcow2", image, SIZE, Map.of("refcount_bits", "1"));
        byte[] model = new byte[SIZE];
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            byte[] content = Images.random(1, 500_000);
            Images.write(node, 0, content);
            System.arraycopy(content, 0, model, 0, content.length);
            assertThatThrownBy(() -> ((SnapshotStore) node).createSnapshot("x")).isInstanceOf(ImageException.class);
            new RandomOperations(node, model, 2).large(5);
        }
        judged(image, model);
    }
}
