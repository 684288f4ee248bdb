package org.margay.qcow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.block.BackingLink;
import org.margay.block.CompressedWriter;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

class QcowTest extends ImageContract {
    @Override
    protected String format() {
        return "qcow";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(options());
    }

    @Override
    protected boolean qemuChecks() {
        return false;
    }

    @Test
    void whatIsNotWrittenComesFromBelow() throws IOException {
        byte[] below = Images.random(4, SIZE - 1_000_000);
        Files.write(file("base.raw"), below);
        byte[] model = Arrays.copyOf(below, SIZE);
        Path image = file("overlay.qcow");
        Images.create("qcow", image, SIZE, Map.of(), new BackingLink("base.raw", null));
        try (ImageNode node = Images.open("qcow", image, OpenOptions.READ_WRITE)) {
            assertThat(node.extent(0, SIZE)).isEqualTo(Extent.unallocated(SIZE));
            RandomOperations operations = new RandomOperations(node, model, 17);
            operations.run(6, 80);
            operations.large(10);
            operations.compare();
        }
        judged(image, model);
    }

    @Test
    void compressedClustersAreReadByBothAndOverwritten() throws IOException {
        byte[] model = new byte[SIZE];
        for (int at = 0; at < SIZE; at++) {
            model[at] = (byte) (at / 3000 * (at >> 7));
        }
        System.arraycopy(Images.random(1, 1_000_000), 0, model, 3_000_000, 1_000_000);
        Path ours = file("ours.qcow");
        Images.create("qcow", ours, SIZE, Map.of());
        try (ImageNode node = Images.open("qcow", ours, OpenOptions.READ_WRITE);
                Arena arena = Arena.ofShared()) {
            for (int at = 0; at < SIZE; at += 4096) {
                int part = Math.min(4096, SIZE - at);
                MemorySegment memory = arena.allocate(part);
                MemorySegment.copy(model, at, memory, ValueLayout.JAVA_BYTE, 0, part);
                ((CompressedWriter) node).writeCompressed(at, IoVector.of(memory));
            }
        }
        assertThat(Files.size(ours)).isLessThan(SIZE / 2);
        judged(ours, model);
        overwritten(ours, model);
        // QEMU's own "convert -c" fails for qcow, as of 7.2.
        Path theirs = file("theirs.qcow");
        Tool.qemuImg("create", "-q", "-f", "qcow", theirs, SIZE);
        Tool.qemuIo("qcow", theirs, "write -c -P 5 8k 4k", "write -c -P 6 12k 4k", "write -P 7 16k 4k");
        byte[] expected = new byte[SIZE];
        Arrays.fill(expected, 8 << 10, 12 << 10, (byte) 5);
        Arrays.fill(expected, 12 << 10, 16 << 10, (byte) 6);
        Arrays.fill(expected, 16 << 10, 20 << 10, (byte) 7);
        overwritten(theirs, expected);
    }

    private void overwritten(Path image, byte... content) throws IOException {
        try (ImageNode node = Images.open("qcow", image, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, content, 3);
            operations.compare();
            operations.run(4, 60);
            operations.compare();
        }
        judged(image, content);
    }

    @Test
    void encryptedImagesAreReadByBoth() throws IOException {
        Path image = file("secret.qcow");
        Images.create("qcow", image, SIZE, Map.of("encryption", "on"));
        byte[] model = new byte[SIZE];
        try (ImageNode node = Images.open("qcow", image, OpenOptions.READ_WRITE)) {
            assertThat(node.locked()).isTrue();
            assertThatThrownBy(() -> Images.read(node, 0, 512)).isInstanceOf(ImageException.class);
            node.unlock("geheim");
            RandomOperations operations = new RandomOperations(node, model, 3);
            operations.run(4, 60);
            operations.compare();
        }
        Path raw = file("model.raw");
        Files.write(raw, model);
        String secret = "secret,id=s,data=geheim";
        String options = "driver=qcow,encrypt.format=aes,encrypt.key-secret=s,file.filename=" + image;
        Tool.qemuImg("compare", "--object", secret, "--image-opts", options, "driver=raw,file.filename=" + raw);
        Tool.run("qemu-utils", "qemu-io", "--object", secret, "--image-opts", options, "-c", "write -P 9 1M 1M");
        Arrays.fill(model, 1 << 20, 2 << 20, (byte) 9);
        try (ImageNode node = Images.open("qcow", image, OpenOptions.READ_ONLY)) {
            node.unlock("geheim");
            new RandomOperations(node, model, 3).compare();
        }
    }
}
