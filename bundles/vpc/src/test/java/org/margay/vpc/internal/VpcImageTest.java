package org.margay.vpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.MemoryFile;
import org.margay.testkit.images.Tool;

class VpcImageTest extends ImageContract {
    @Override
    protected String format() {
        return "vpc";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(
                Map.of(),
                Map.of("force_size", "on"),
                Map.of("subformat", "fixed", "force_size", "on"),
                Map.of("subformat", "fixed"));
    }

    @Override
    protected boolean qemuChecks() {
        return false;
    }

    @Override
    protected boolean probed(Map<String, String> variant) {
        return !variant.containsKey("subformat");
    }

    @Override
    protected int visible(Map<String, String> variant) {
        return variant.containsKey("force_size")
                ? SIZE
                : (int) Geometry.around(SIZE / 512).total() * 512;
    }

    @Override
    protected void mend(MemoryFile image) {
        mend(image, 0, 512, 64);
        mend(image, 512, 1024, 36);
        mend(image, image.length() - 512, 512, 64);
    }

    private static void mend(MemoryFile image, long at, int size, int checksumAt) {
        if (at < 0 || image.length() < at + size) {
            return;
        }
        Fields fields = Fields.empty(size, ByteOrder.BIG_ENDIAN).raw(0, image.get(at, size));
        fields.u32(checksumAt, Footer.checksum(fields, checksumAt));
        image.put(at, fields.bytes().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void sizesAreRoundedAsQemuDoes() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 25; i++) {
            long size = 512L + random.nextLong(1L << 20 + random.nextInt(22));
            Path ours = file("ours" + i);
            Path theirs = file("theirs" + i);
            Images.create("vpc", ours, size, Map.of());
            createByQemu(theirs, size, Map.of());
            assertThat(info(ours)).as("%d", size).isEqualTo(info(theirs));
            try (ImageNode node = Images.open("vpc", theirs, OpenOptions.READ_ONLY)) {
                assertThat(info(theirs)).contains("\"virtual-size\": " + node.length() + ",");
            }
            Files.delete(ours);
            Files.delete(theirs);
        }
    }

    private static String info(Path image) {
        return Tool.qemuImg("info", "--output=json", "-f", "vpc", image)
                .lines()
                .filter(line -> line.contains("virtual-size"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void damagedFootersAndDifferencingDisksAreRefused() throws IOException {
        Path image = file("one.vhd");
        Images.create("vpc", image, 4 << 20, Map.of());
        byte[] content = Files.readAllBytes(image);
        content[50] ^= 1;
        Files.write(image, content);
        assertThatThrownBy(() -> Images.open("vpc", image, OpenOptions.READ_ONLY))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("incorrect footer checksum");
        Footer footer = Footer.create(8192, Geometry.of(8192), Footer.DIFFERENCING, true, java.time.Instant.EPOCH);
        Files.write(image, footer.fields().bytes().toArray(ValueLayout.JAVA_BYTE));
        assertThatThrownBy(() -> Images.open("vpc", image, OpenOptions.READ_ONLY))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessageContaining("differencing");
    }

    /** The footer at the end is right again after the image grew. */
    @Test
    void theFooterMovesToTheEnd() throws IOException {
        Path image = file("grown.vhd");
        Images.create("vpc", image, SIZE, Map.of());
        try (ImageNode node = Images.open("vpc", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 3 << 20, Images.random(1, 3 << 20));
        }
        byte[] content = Files.readAllBytes(image);
        assertThat(java.util.Arrays.mismatch(content, 0, 512, content, content.length - 512, content.length))
                .isEqualTo(-1);
    }

    /** Bitmaps that others have kept: QEMU 7.2 and we read what is in the block; written sectors are named. */
    @Test
    void bitmapsOfOthersAreFilled() throws IOException {
        Path image = file("bitmap.vhd");
        Images.create("vpc", image, SIZE, Map.of());
        try (ImageNode node = Images.open("vpc", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 0, Images.random(1, 512));
        }
        byte[] content = Files.readAllBytes(image);
        int bitmap = 512 + 1024 + 512;
        assertThat(content[bitmap + 511]).isEqualTo((byte) 0xff);
        content[bitmap + 1] = 0;
        Files.write(image, content);
        try (ImageNode node = Images.open("vpc", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 8 * 512, Images.random(1, 512));
        }
        assertThat(Files.readAllBytes(image)[bitmap + 1]).isEqualTo((byte) 0xff);
    }
}
