package org.margay.bochs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;
import org.margay.testkit.images.ImageFuzzer;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

/** Images are laid out by hand; what they hold, QEMU says. */
class BochsImageTest {
    private static final int EXTENT = 65536;

    @TempDir
    private Path folder;

    private Path image(int version) throws IOException {
        int entries = 16;
        long data = 512 + entries * 4L;
        Fields fields = Fields.empty(data + 3 * (512 + EXTENT), ByteOrder.LITTLE_ENDIAN)
                .text(0, "Bochs Virtual HD Image")
                .text(32, "Redolog")
                .text(48, "Growing")
                .u32(64, version << 16)
                .u32(68, 512)
                .u32(72, entries)
                .u32(76, 16)
                .u32(80, EXTENT)
                .i64(version == 1 ? 84 : 88, (long) entries * EXTENT - 512);
        for (int i = 0; i < entries; i++) {
            fields.u32(512 + i * 4L, -1);
        }
        fields.u32(512 + 2 * 4, 1).u32(512 + 3 * 4, 0).u32(512 + 15 * 4, 2);
        for (int i = 0; i < 3; i++) {
            long at = data + i * (512L + EXTENT);
            fields.raw(at, Images.random(i, 16)).raw(at + 512, Images.random(i + 10, EXTENT));
        }
        Path image = folder.resolve("bochs" + version);
        Files.write(image, fields.bytes().toArray(ValueLayout.JAVA_BYTE));
        return image;
    }

    @Test
    void growingDisksAreRead() throws IOException {
        for (int version : new int[] {1, 2}) {
            Path image = image(version);
            Path raw = folder.resolve("raw");
            Tool.qemuImg("convert", "-f", "bochs", "-O", "raw", image, raw);
            byte[] expected = Files.readAllBytes(raw);
            try (BlockNode node = Images.probe(image, OpenOptions.READ_ONLY)) {
                assertThat(node.driver()).isEqualTo("bochs");
                assertThat(node.length()).isEqualTo(expected.length);
                new RandomOperations(node, expected, 0).compare();
                assertThat(Images.read(node, 3 * EXTENT - 777, 2000))
                        .isEqualTo(java.util.Arrays.copyOfRange(expected, 3 * EXTENT - 777, 3 * EXTENT - 777 + 2000));
                assertThatThrownBy(() -> Images.write(node, 0, (byte) 1))
                        .isInstanceOf(UnsupportedImageException.class)
                        .hasMessage("bochs images can't be written");
            }
            assertThatThrownBy(() -> Images.probe(image, OpenOptions.READ_WRITE))
                    .isInstanceOf(UnsupportedImageException.class)
                    .hasMessageContaining("does not support writing");
        }
    }

    @Test
    void damagedImagesAreRefusedOrBorne() throws IOException {
        ImageFuzzer fuzzer = new ImageFuzzer(Images.format("bochs"), _ -> {});
        fuzzer.run(List.of(image(1), image(2)));
        assertThat(fuzzer.opened()).isPositive();
    }
}
