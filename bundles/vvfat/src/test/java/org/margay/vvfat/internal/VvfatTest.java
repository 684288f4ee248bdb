package org.margay.vvfat.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.Tool;

/** What a folder becomes is judged by fsck.fat and read by mtools. */
class VvfatTest {
    @TempDir
    private Path scratch;

    private Path folder() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("folder"));
        put(folder, "SHORT.TXT", 10);
        put(folder, "lower.txt", 0);
        put(folder, "a rather long name.with.dots", 5000);
        put(folder, "a rather long nase.with.dots", 5001);
        put(folder, "AxRATHE~1.DOT", 7);
        put(folder, "Ünïcödé – 名前.txt", 600);
        put(folder, "noending", 512);
        put(folder, ".hidden", 513);
        put(folder, "sub/deeper/deepest/file.bin", 100_000);
        put(folder, "sub/13 characters", 1);
        put(folder, "sub/26 characters are two e", 2);
        Files.createDirectories(folder.resolve("empty folder"));
        for (int i = 0; i < 150; i++) {
            put(folder, "many/file number %d of many".formatted(i), i * 31);
        }
        return folder;
    }

    private static void put(Path folder, String name, int size) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Images.random(name.hashCode(), size));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2012-05-22T10:20:30Z")));
    }

    private static BlockNode open(String name) throws IOException {
        return Images.probe(Path.of(name), OpenOptions.READ_ONLY);
    }

    /** The file system of a disk as a file. */
    private Path fileSystem(BlockNode node, long offset) throws IOException {
        Path file = scratch.resolve("file.system");
        Files.deleteIfExists(file);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = offset; at < node.length(); ) {
                Extent extent = node.extent(at, Math.min(1 << 20, node.length() - at));
                if (extent.kind() == Extent.Kind.DATA) {
                    out.seek(at - offset);
                    out.write(Images.read(node, at, (int) extent.length()));
                }
                at += extent.length();
            }
            out.setLength(node.length() - offset);
        }
        return file;
    }

    @Test
    void foldersAreSoundFileSystems() throws IOException {
        Path folder = folder();
        Map<String, String> kinds = new TreeMap<>(Map.of(
                "", "FAT16",
                "12:", "FAT12",
                "16:", "FAT16",
                "32:", "FAT32",
                "floppy:", "FAT12",
                "floppy:12:", "FAT12",
                "floppy:16:", "FAT16"));
        for (var kind : kinds.entrySet()) {
            try (BlockNode node = open("fat:" + kind.getKey() + folder)) {
                boolean floppy = kind.getKey().startsWith("floppy");
                if (floppy) {
                    assertThat(node.length()).isEqualTo(kind.getKey().equals("floppy:12:") ? 1474560 : 2949120);
                }
                Path system = fileSystem(node, floppy ? 0 : 63 * 512);
                String said = Tool.run("dosfstools", "fsck.fat", "-n", "-v", system);
                assertThat(said)
                        .as(kind.getKey())
                        .contains(kind.getValue().substring(3) + " bit entries")
                        .doesNotContain("Differences");
                assertThat(said.lines()
                                .filter(line ->
                                        line.contains("xtra") || line.contains("Bad") || line.contains("Wrong")))
                        .isEmpty();
                Path out = Files.createDirectories(scratch.resolve("out"));
                Tool.run("mtools", "mcopy", "-s", "-p", "-m", "-i", system, "::/", out);
                assertThat(tree(out)).isEqualTo(tree(folder));
                assertThat(Files.getLastModifiedTime(out.resolve("SHORT.TXT")))
                        .isEqualTo(Files.getLastModifiedTime(folder.resolve("SHORT.TXT")));
                Tool.run("coreutils", "rm", "-r", out);
            }
        }
    }

    private static Map<String, String> tree(Path folder) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                String content = Files.isDirectory(path) ? "folder" : Arrays.hashCode(Files.readAllBytes(path)) + "";
                found.put(folder.relativize(path).toString(), content);
            }
        }
        return found;
    }

    @Test
    void partitionsAreAsTablesSay() throws IOException {
        try (BlockNode node = open("fat:" + folder())) {
            assertThat(node.driver()).isIn("vvfat", "raw");
            assertThat(node.length()).isEqualTo(1024L * 16 * 63 * 512);
            Fields table = Fields.empty(512, ByteOrder.LITTLE_ENDIAN).raw(0, Images.read(node, 0, 512));
            assertThat(table.u16(510)).isEqualTo(0xaa55);
            assertThat(table.u8(450)).isEqualTo(6);
            assertThat(table.u32(454)).isEqualTo(63);
            assertThat(table.u32(458)).isEqualTo(1032129);
            // Cylinder 1023, head 15, sector 63.
            assertThat(table.u8(451)).isEqualTo(15);
            assertThat(table.u8(452)).isEqualTo(0xff);
            assertThat(table.u8(453)).isEqualTo(0xff);
        }
    }

    /** Names that differ in case only, or hold what FAT does not know. */
    @Test
    void namesBecomeUniqueAndAllowed() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("odd"));
        for (String name :
                new String[] {"same", "Same", "SAME", "a:b*c", "a_b_c", "ends.", "ends ", "tab\there", "+,;=[].x"}) {
            put(folder, name, 100);
        }
        try (BlockNode node = open("fat:floppy:" + folder)) {
            Path system = fileSystem(node, 0);
            Tool.run("dosfstools", "fsck.fat", "-n", system);
            assertThat(Tool.run("mtools", "mdir", "-b", "-i", system, "::/").lines())
                    .hasSize(9)
                    .contains("::/SAME", "::/Same (2)", "::/same (3)", "::/a_b_c", "::/ends_")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void whatChangesMeanwhileHurtsNobody() throws IOException {
        Path folder = folder();
        Path large = folder.resolve("sub/deeper/deepest/file.bin");
        Path other = folder.resolve("a rather long name.with.dots");
        byte[] content = Files.readAllBytes(large);
        try (BlockNode node = open("fat:floppy:" + folder)) {
            Files.write(large, Arrays.copyOf(content, 3000));
            Files.delete(other);
            put(folder, "new", 5);
            Path system = fileSystem(node, 0);
            Tool.run("dosfstools", "fsck.fat", "-n", system);
            Path out = scratch.resolve("out.bin");
            Tool.run("mtools", "mcopy", "-i", system, "::/sub/deeper/deepest/file.bin", out);
            assertThat(Files.readAllBytes(out)).isEqualTo(Arrays.copyOf(Arrays.copyOf(content, 3000), content.length));
            Tool.run("mtools", "mcopy", "-i", system, "::/a rather long name.with.dots", out.resolveSibling("other"));
            assertThat(Files.readAllBytes(out.resolveSibling("other"))).isEqualTo(new byte[5000]);
        }
    }

    @Test
    void linksInCirclesEnd() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("links/sub"));
        put(folder, "file", 10);
        Files.createSymbolicLink(folder.resolve("circle"), folder.getParent());
        Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("/no/such/file"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("file"));
        try (BlockNode node = open("fat:floppy:" + folder.getParent())) {
            assertThat(Tool.run("mtools", "mdir", "-b", "-/", "-i", fileSystem(node, 0), "::/")
                            .lines())
                    .containsExactlyInAnyOrder("::/sub/", "::/sub/file", "::/sub/link");
        }
    }

    @Test
    void largeFoldersGetLargeDisks() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("large"));
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("sparse").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        try (BlockNode node = open("fat:" + folder)) {
            assertThat(node.length()).isGreaterThan(3L << 30).isLessThan(4L << 30);
            byte[] boot = Images.read(node, 63 * 512, 512);
            assertThat(new String(boot, 82, 5, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("FAT32");
        }
        assertThatThrownBy(() -> open("fat:16:" + folder))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("does not fit in FAT16");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("sparse").toFile(), "rw")) {
            file.setLength(5L << 30);
        }
        assertThatThrownBy(() -> open("fat:" + folder)).hasMessageContaining("too large for FAT");
    }

    @Test
    void writingIsRefused() throws IOException {
        Path folder = folder();
        assertThatThrownBy(() -> open("fat:rw:" + folder)).hasMessageContaining("rw:");
        assertThatThrownBy(() -> open("fat:" + folder.resolve("SHORT.TXT"))).hasMessageContaining("not a folder");
        assertThatThrownBy(() -> open("fat:")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open("fat:floppy:32:" + folder)).isInstanceOf(IOException.class);
        try (BlockNode node = open("fat:" + folder)) {
            assertThat(node.readOnly()).isTrue();
            assertThatThrownBy(() -> Images.write(node, 0, (byte) 1)).isInstanceOf(ImageException.class);
        }
    }
}
