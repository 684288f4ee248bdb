package org.margay.dmg.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Zlib;
import org.margay.testkit.images.ImageFuzzer;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

/** Images are laid out by hand; what they hold, dmg2img says (Debian's QEMU can't), and bzip2 packs. */
class DmgImageTest {
    private static final int ZERO = 0;
    private static final int RAW = 1;
    private static final int ZLIB = 0x80000005;
    private static final int BZIP2 = 0x80000006;
    private static final int END = -1;
    private static final int CHUNK = 128 * 512;

    @TempDir
    private Path folder;

    private byte[] bzip2(byte[] content) throws IOException {
        Path file = folder.resolve("plain");
        Files.deleteIfExists(folder.resolve("plain.bz2"));
        Files.write(file, content);
        Tool.run("bzip2", "bzip2", "-k", file);
        return Files.readAllBytes(folder.resolve("plain.bz2"));
    }

    /** Chunks of these kinds, each of 128 sectors; in two tables. */
    private Path image(byte[] content, int... kinds) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(new byte[300]);
        StringBuilder tables = new StringBuilder();
        int half = Math.max(1, kinds.length / 2);
        for (int from = 0; from < kinds.length; from += half) {
            int to = Math.min(kinds.length, from + half);
            tables.append("<dict><key>Data</key><data>\n")
                    .append(Base64.getMimeEncoder().encodeToString(table(content, data, kinds, from, to)))
                    .append("</data><key>ID</key><string>0</string><key>Name</key><string>part</string></dict>");
        }
        byte[] list = ("""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array>%s</array>
            <key>plst</key><array><dict><key>Data</key><data>AAAA</data></dict></array></dict></dict></plist>
            """).formatted(tables).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(data.toByteArray());
        out.write(list);
        out.writeBytes("koly");
        out.writeInt(4);
        out.writeInt(512);
        out.write(new byte[4 + 8]);
        out.writeLong(0);
        out.writeLong(data.size());
        out.write(new byte[216 - 40]);
        out.writeLong(data.size());
        out.writeLong(list.length);
        out.write(new byte[512 - 232]);
        Path image = folder.resolve("image.dmg");
        Files.write(image, bytes.toByteArray());
        return image;
    }

    private byte[] table(byte[] content, ByteArrayOutputStream data, int[] kinds, int from, int to) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("mish");
        out.writeInt(1);
        out.writeLong(from * 128L);
        out.writeLong((to - from) * 128L);
        out.writeLong(0);
        out.write(new byte[200 - 32]);
        out.writeInt(to - from + 1);
        for (int i = from; i < to; i++) {
            byte[] plain = Arrays.copyOfRange(content, i * CHUNK, (i + 1) * CHUNK);
            byte[] stored = switch (kinds[i]) {
                case RAW -> plain;
                case ZLIB -> Zlib.deflate(plain);
                case BZIP2 -> bzip2(plain);
                default -> new byte[0];
            };
            out.writeInt(kinds[i]);
            out.writeInt(0);
            out.writeLong((i - from) * 128L);
            out.writeLong(128);
            out.writeLong(data.size());
            out.writeLong(stored.length);
            data.write(stored);
        }
        out.writeInt(END);
        out.write(new byte[36]);
        return bytes.toByteArray();
    }

    private static byte[] content(int chunks) {
        byte[] content = new byte[chunks * CHUNK];
        Random random = new Random(3);
        for (int i = 0; i < content.length; i++) {
            // Runs, text and noise.
            content[i] =
                    (byte) (i / CHUNK % 3 == 0 ? i / 300 : i / CHUNK % 3 == 1 ? random.nextInt(4) : random.nextInt());
        }
        return content;
    }

    @Test
    void chunksOfAllKindsAreRead() throws IOException {
        byte[] content = content(7);
        Arrays.fill(content, 2 * CHUNK, 3 * CHUNK, (byte) 0);
        Path image = image(content, RAW, ZLIB, ZERO, ZLIB, RAW, ZLIB, ZLIB);
        Path raw = folder.resolve("raw");
        Tool.run("dmg2img", "dmg2img", image, raw);
        assertThat(Files.readAllBytes(raw)).isEqualTo(content);
        compare(image, content);
    }

    @Test
    void bzip2IsRead() throws IOException {
        byte[] content = content(6);
        compare(image(content, BZIP2, BZIP2, ZLIB, BZIP2, BZIP2, BZIP2), content);
    }

    private static void compare(Path image, byte[] content) throws IOException {
        try (BlockNode node = Images.probe(image, OpenOptions.READ_ONLY)) {
            assertThat(node.driver()).isEqualTo("dmg");
            assertThat(node.length()).isEqualTo(content.length);
            new RandomOperations(node, content, 0).compare();
            assertThat(Images.read(node, CHUNK - 100, 2 * CHUNK))
                    .isEqualTo(Arrays.copyOfRange(content, CHUNK - 100, 3 * CHUNK - 100));
            assertThatThrownBy(() -> Images.write(node, 0, (byte) 1)).isInstanceOf(UnsupportedImageException.class);
        }
    }

    /** Several blocks, long runs, few and many different bytes, as the program packs them. */
    @Test
    void whatBzip2PacksIsUnpacked() throws IOException {
        Random random = new Random(5);
        for (int round = 0; round < 12; round++) {
            byte[] content = new byte[1 + random.nextInt(2_500_000)];
            int different = 1 + random.nextInt(256);
            int run = 1 + random.nextInt(600);
            for (int i = 0; i < content.length; ) {
                byte value = (byte) random.nextInt(different);
                int end = Math.min(content.length, i + 1 + random.nextInt(run));
                Arrays.fill(content, i, end, value);
                i = end;
            }
            byte[] packed = bzip2(content);
            byte[] unpacked = new byte[content.length];
            assertThat(Bunzip2.unpack(packed, unpacked)).isEqualTo(content.length);
            assertThat(Arrays.mismatch(unpacked, content)).isEqualTo(-1);
            packed[packed.length / 2] ^= 4;
            try {
                // Some bits mean nothing.
                assertThat(Bunzip2.unpack(packed, unpacked)).isEqualTo(content.length);
                assertThat(Arrays.mismatch(unpacked, content)).isEqualTo(-1);
            } catch (ImageException _) {
                // As it should.
            }
        }
    }

    @Test
    void otherCodesAreRefusedByName() throws IOException {
        for (var code : List.of("ADC:80000004", "LZFSE:80000007", "LZMA:80000008")) {
            String[] parts = code.split(":");
            Path image = image(content(1), Integer.parseUnsignedInt(parts[1], 16));
            assertThatThrownBy(() -> Images.open("dmg", image, OpenOptions.READ_ONLY))
                    .isInstanceOf(UnsupportedImageException.class)
                    .hasMessageContaining(parts[0]);
        }
    }

    @Test
    void damagedImagesAreRefusedOrBorne() throws IOException {
        ImageFuzzer fuzzer = new ImageFuzzer(Images.format("dmg"), _ -> {});
        fuzzer.run(List.of(image(content(4), RAW, ZLIB, BZIP2, ZLIB)));
        assertThat(fuzzer.opened()).isPositive();
    }
}
