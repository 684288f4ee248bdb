package org.margay.vmdk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CompressedWriter;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;
import org.margay.memory.IoVector;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.ImageFuzzer;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.MemoryFile;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

class VmdkImageTest extends ImageContract {
    @Override
    protected String format() {
        return "vmdk";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(
                Map.of(),
                Map.of("zeroed_grain", "on"),
                Map.of("subformat", "monolithicFlat"),
                Map.of("subformat", "twoGbMaxExtentSparse", "adapter_type", "lsilogic"),
                Map.of("subformat", "twoGbMaxExtentFlat", "hwversion", "7"));
    }

    @Override
    protected List<Map<String, String>> fuzzVariants() {
        return List.of(Map.of(), Map.of("zeroed_grain", "on"));
    }

    @Override
    protected boolean qemuChecks() {
        return true;
    }

    @Test
    void descriptorsAreThoseOfQemu() throws IOException {
        for (Map<String, String> options : List.of(
                Map.<String, String>of(),
                Map.of("subformat", "monolithicFlat", "compat6", "on"),
                Map.of("subformat", "twoGbMaxExtentSparse", "adapter_type", "buslogic", "toolsversion", "42"),
                Map.of("subformat", "twoGbMaxExtentFlat", "hwversion", "10"))) {
            Path image = file("a.vmdk");
            createByQemu(image, 5L << 30, options);
            List<String> theirs = text(image);
            List<String> theirFiles = names();
            delete();
            Images.create("vmdk", image, 5L << 30, options);
            assertThat(text(image)).isEqualTo(theirs);
            assertThat(names()).isEqualTo(theirFiles);
            delete();
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void delete() throws IOException {
        for (String name : names()) {
            Files.delete(file(name));
        }
    }

    private static List<String> text(Path image) throws IOException {
        byte[] head = new byte[4096];
        try (var in = Files.newInputStream(image)) {
            head = Arrays.copyOf(head, Math.max(0, in.read(head)));
        }
        String text = new String(head, java.nio.charset.StandardCharsets.ISO_8859_1);
        return text.substring(text.indexOf("# Disk"))
                .replace("\0", "")
                .lines()
                .filter(line -> !line.startsWith("CID="))
                .toList();
    }

    /** Two gigabytes are where the second extent begins. */
    @Test
    void disksOfSeveralExtentsAreOne() throws IOException {
        for (String subformat : List.of("twoGbMaxExtentSparse", "twoGbMaxExtentFlat")) {
            Path image = file("split.vmdk");
            long size = (4L << 30) + (10 << 20);
            Images.create("vmdk", image, size, Map.of("subformat", subformat));
            byte[] some = Images.random(8, 300_000);
            try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_WRITE)) {
                assertThat(node.length()).isEqualTo(size);
                Images.write(node, (2L << 30) - 100_000, some);
                Images.write(node, (4L << 30) - 100_000, some);
                Images.write(node, size - some.length, some);
            }
            Tool.qemuImg("convert", "-O", "raw", image, file("all.raw"));
            try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_ONLY);
                    BlockNode raw = Images.open("raw", file("all.raw"), OpenOptions.READ_ONLY)) {
                for (long at : new long[] {(2L << 30) - 100_000, (4L << 30) - 100_000, size - some.length}) {
                    assertThat(Images.read(node, at, some.length)).isEqualTo(some);
                    assertThat(Images.read(raw, at, some.length)).isEqualTo(some);
                }
            }
            Tool.qemuImg("check", image);
            delete();
        }
    }

    @Test
    void streamsOfQemuAreRead() throws IOException {
        Path raw = file("some.raw");
        byte[] content = some();
        Files.write(raw, content);
        Path image = file("stream.vmdk");
        Tool.qemuImg("convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, image);
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_ONLY)) {
            new RandomOperations(node, content, 1).compare();
            assertThat(node.details().formatSpecific().toString()).contains("compressed=true");
        }
    }

    private static byte[] some() {
        byte[] content = new byte[SIZE];
        System.arraycopy(Images.random(1, 3 << 20), 0, content, 1 << 20, 3 << 20);
        Arrays.fill(content, 6 << 20, 9 << 20, (byte) 7);
        System.arraycopy(Images.random(1, 1000), 0, content, SIZE - 1000, 1000);
        return content;
    }

    @Test
    void streamsAreWrittenOnce() throws IOException {
        byte[] content = some();
        Path image = file("stream.vmdk");
        Images.create("vmdk", image, SIZE, Map.of("subformat", "streamOptimized"));
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_WRITE);
                java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofShared()) {
            int cluster = node.details().clusterSize();
            for (int at = 0; at < SIZE; at += cluster) {
                var memory = arena.allocate(Math.min(cluster, SIZE - at));
                memory.copyFrom(java.lang.foreign.MemorySegment.ofArray(content).asSlice(at, memory.byteSize()));
                ((CompressedWriter) node).writeCompressed(at, IoVector.of(memory));
            }
            assertThatThrownBy(() -> Images.write(node, 2 << 20, (byte) 1))
                    .isInstanceOf(UnsupportedImageException.class)
                    .hasMessageContaining("only once");
        }
        assertThat(Files.size(image)).isLessThan(5 << 20);
        judged(image, content);
        Path small = file("small.vmdk");
        Images.create("vmdk", small, SIZE, Map.of("subformat", "streamOptimized"));
        try (ImageNode node = Images.open("vmdk", small, OpenOptions.READ_WRITE)) {
            Images.write(node, 1 << 20, Images.random(1, 200_000));
        }
        ImageFuzzer fuzzer = new ImageFuzzer(Images.format("vmdk"), _ -> {});
        fuzzer.run(List.of(small));
        assertThat(fuzzer.opened()).isPositive();
    }

    /** As VMware writes them: what the tables say comes last, and a footer names it. */
    @Test
    void streamsWithFooterAreRead() throws IOException {
        byte[] content = some();
        Path image = file("stream.vmdk");
        Path raw = file("some.raw");
        Files.write(raw, content);
        Tool.qemuImg("convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, image);
        byte[] bytes = Files.readAllBytes(image);
        int end = Math.ceilDiv(bytes.length, 512) * 512;
        MemoryFile made = new MemoryFile("made", bytes.length + 4096);
        made.put(0, bytes);
        made.put(56, Images.read(minusOne(), 0, 8));
        made.put(end, marker(1, 3));
        made.put(end + 512, Arrays.copyOf(bytes, 512));
        made.put(end + 1024, marker(0, 0));
        Files.write(image, made.get(0, end + 1536));
        Tool.qemuImg("compare", "-f", "vmdk", "-F", "raw", image, raw);
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_ONLY)) {
            new RandomOperations(node, content, 1).compare();
        }
        assertThatThrownBy(() -> Images.open("vmdk", image, OpenOptions.READ_WRITE))
                .hasMessageContaining("footer");
    }

    private static MemoryFile minusOne() {
        MemoryFile file = new MemoryFile("", 16);
        file.put(0, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        return file;
    }

    private static byte[] marker(long sectors, int type) {
        Fields marker =
                Fields.empty(512, ByteOrder.LITTLE_ENDIAN).i64(0, sectors).u32(12, type);
        return marker.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    @Test
    void overlaysReadWhatTheyLieOnWhileItIsTheSame() throws IOException {
        Path base = file("base.vmdk");
        Path overlay = file("overlay.vmdk");
        Images.create("vmdk", base, SIZE, Map.of());
        byte[] model = new byte[SIZE];
        try (ImageNode node = Images.open("vmdk", base, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 7);
            operations.large(20);
        }
        Images.create("vmdk", overlay, SIZE, Map.of(), new BackingLink("base.vmdk", "vmdk"));
        assertThat(Tool.qemuImg("info", overlay)).contains("backing file: base.vmdk");
        try (ImageNode node = Images.open("vmdk", overlay, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 8);
            operations.compare();
            operations.run(5, 40);
            operations.compare();
        }
        judged(overlay, model);
        Path theirs = file("theirs.vmdk");
        Tool.qemuImg("create", "-q", "-f", "vmdk", "-b", overlay, "-F", "vmdk", theirs);
        try (ImageNode node = Images.open("vmdk", theirs, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 9);
            operations.compare();
            node.writeZeroes(1 << 20, 1 << 20, true);
            Arrays.fill(model, 1 << 20, 2 << 20, (byte) 0);
            operations.compare();
        }
        judged(theirs, model);
        Tool.qemuIo("vmdk", base, "write 0 512");
        try (ImageNode node = Images.open("vmdk", overlay, OpenOptions.READ_ONLY)) {
            assertThatThrownBy(() -> new RandomOperations(node, model, 0).compare())
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("CID");
        }
    }

    @Test
    void writingChangesTheContentsNumber() throws IOException {
        Path image = file("cid.vmdk");
        Images.create("vmdk", image, SIZE, Map.of("subformat", "monolithicFlat"));
        Object before;
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_WRITE)) {
            before = node.details().formatSpecific().get("cid");
            Images.write(node, 0, (byte) 1);
        }
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_WRITE)) {
            assertThat(node.details().formatSpecific().get("cid")).isNotEqualTo(before);
        }
    }

    /** Tables of ESX have 4096 entries, and are made when they are needed. */
    @Test
    void extentsOfEsxAreReadAndWritten() throws IOException {
        Path extent = file("esx-s001.vmdk");
        Fields header = Fields.empty(1024, ByteOrder.LITTLE_ENDIAN)
                .text(0, "COWD")
                .u32(4, 1)
                .u32(8, 3)
                .u32(12, SIZE / 512)
                .u32(16, 8)
                .u32(20, 1)
                .u32(24, 1)
                .u32(28, 2);
        Files.write(extent, header.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        Path image = file("esx.vmdk");
        Files.writeString(image, """
            # Disk DescriptorFile
            version=1
            CID=12345678
            parentCID=ffffffff
            createType="vmfsSparse"
            RW %d VMFSSPARSE "esx-s001.vmdk"
            """.formatted(SIZE / 512));
        byte[] model = new byte[SIZE];
        try (ImageNode node = Images.open("vmdk", image, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 9);
            operations.run(4, 40);
            operations.compare();
        }
        judged(image, model);
    }

    @Test
    void extentsElsewhereAreRefused() throws IOException {
        Files.write(file("secret"), new byte[1 << 20]);
        for (String name : List.of(file("secret").toString(), "../secret", "nbd:localhost:10809", "")) {
            Path image = file("evil.vmdk");
            Files.writeString(
                    image,
                    "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 16 FLAT \"%s\" 0\n"
                            .formatted(name));
            assertThatThrownBy(() -> Images.open("vmdk", image, OpenOptions.READ_WRITE))
                    .isInstanceOf(UnsupportedImageException.class)
                    .hasMessageContaining("beside");
        }
    }

    @Test
    void descriptorsAreFuzzed() throws IOException {
        Path image = file("flat.vmdk");
        Images.create("vmdk", image, 1 << 20, Map.of("subformat", "monolithicFlat"));
        new ImageFuzzer(Images.format("vmdk"), _ -> {}).run(List.of(image));
    }

    @Test
    void optionsThatContradictAreRefused() {
        assertThatThrownBy(() -> Images.create(
                        "vmdk", file("x"), SIZE, Map.of("subformat", "monolithicFlat", "zeroed_grain", "on")))
                .hasMessage("Flat image can't enable zeroed grain");
        assertThatThrownBy(() -> Images.create("vmdk", file("x"), SIZE, Map.of("compat6", "on", "hwversion", "7")))
                .hasMessage("compat6 cannot be enabled with hwversion set");
    }
}
