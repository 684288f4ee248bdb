package org.margay.cow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;

/** No tool of today knows the format: the images here are laid out by hand, as its description says. */
class CowImageTest extends ImageContract {
    @Override
    protected String format() {
        return "cow";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(Map.of());
    }

    @Override
    protected boolean qemuKnows() {
        return false;
    }

    @Override
    protected boolean qemuChecks() {
        return false;
    }

    /** Sectors have their places, however far: the largest disk is 512 GiB. */
    @Override
    protected long fuzzRoom() {
        return 1L << 40;
    }

    @Test
    void bothLayoutsOfTheHeaderAreRead() throws IOException {
        for (int header : new int[] {1056, 1048}) {
            Path image = file("hand" + header);
            byte[] base = Images.random(1, 40 * 512);
            Files.write(file("base.raw"), base);
            int data = Math.ceilDiv(header + 5, 512) * 512;
            Fields fields = Fields.empty(data + 40 * 512L, ByteOrder.BIG_ENDIAN)
                    .text(0, "OOOM")
                    .u32(4, 2)
                    .text(8, "base.raw")
                    .i64(header == 1056 ? 1040 : 1036, 40 * 512)
                    .u32(header == 1056 ? 1048 : 1044, 512)
                    // Sectors 3, 8 and 39.
                    .u8(header, 0x08)
                    .u8(header + 1, 0x01)
                    .u8(header + 4, 0x80);
            byte[] model = base.clone();
            for (int sector : new int[] {3, 8, 39}) {
                byte[] content = Images.random(sector, 512);
                fields.raw(data + sector * 512L, content);
                System.arraycopy(content, 0, model, sector * 512, 512);
            }
            Files.write(image, fields.bytes().toArray(ValueLayout.JAVA_BYTE));
            try (BlockNode node = Images.probe(image, OpenOptions.READ_WRITE)) {
                assertThat(node.driver()).isEqualTo("cow");
                assertThat(Images.read(node, 0, model.length)).isEqualTo(model);
                Images.write(node, 700, Images.random(5, 3000));
                System.arraycopy(Images.random(5, 3000), 0, model, 700, 3000);
                assertThat(Images.read(node, 0, model.length)).isEqualTo(model);
            }
            byte[] written = Files.readAllBytes(image);
            assertThat(Arrays.copyOfRange(written, header, header + 5))
                    .isEqualTo(new byte[] {(byte) 0xfe, 0x01, 0, 0, (byte) 0x80});
            assertThat(Arrays.copyOfRange(written, data + 512, data + 8 * 512))
                    .isEqualTo(Arrays.copyOfRange(model, 512, 8 * 512));
            try (ImageNode node = Images.open("cow", image, OpenOptions.READ_WRITE)) {
                node.setBacking(null);
                node.changeBackingLink(null);
            }
            try (ImageNode node = Images.open("cow", image, OpenOptions.READ_WRITE)) {
                assertThat(node.backingLink()).isEmpty();
                Arrays.fill(model, 9 * 512, 39 * 512, (byte) 0);
                Arrays.fill(model, 0, 512, (byte) 0);
                assertThat(Images.read(node, 0, model.length)).isEqualTo(model);
            }
        }
    }

    @Test
    void whatLiesBelowShowsThrough() throws IOException {
        byte[] model = Images.random(2, SIZE);
        Files.write(file("below.raw"), model);
        Path image = file("overlay.cow");
        Images.create("cow", image, SIZE, Map.of(), new BackingLink("below.raw", "raw"));
        try (ImageNode node = Images.open("cow", image, OpenOptions.READ_WRITE)) {
            RandomOperations operations = new RandomOperations(node, model, 12);
            operations.run(5, 40);
            operations.compare();
        }
        judged(image, model);
    }
}
