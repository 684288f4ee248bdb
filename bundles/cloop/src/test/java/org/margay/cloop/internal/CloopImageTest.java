package org.margay.cloop.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Zlib;
import org.margay.testkit.images.ImageFuzzer;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.RandomOperations;
import org.margay.testkit.images.Tool;

/** Images are laid out by hand; what they hold, QEMU says. */
class CloopImageTest {
    private static final int BLOCK = 65536;
    private static final String SCRIPT =
            "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

    @TempDir
    private Path folder;

    private Path image(byte[] content) throws IOException {
        List<byte[]> packed = new ArrayList<>();
        for (int at = 0; at < content.length; at += BLOCK) {
            packed.add(Zlib.deflate(Arrays.copyOfRange(content, at, at + BLOCK)));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(Arrays.copyOf(SCRIPT.getBytes(StandardCharsets.US_ASCII), 128));
        out.writeInt(BLOCK);
        out.writeInt(packed.size());
        long at = 136 + (packed.size() + 1) * 8L;
        for (byte[] block : packed) {
            out.writeLong(at);
            at += block.length;
        }
        out.writeLong(at);
        for (byte[] block : packed) {
            out.write(block);
        }
        Path image = folder.resolve("image.cloop");
        Files.write(image, bytes.toByteArray());
        return image;
    }

    private static byte[] content() {
        byte[] content = new byte[9 * BLOCK];
        System.arraycopy(Images.random(1, 3 * BLOCK), 0, content, BLOCK, 3 * BLOCK);
        Arrays.fill(content, 6 * BLOCK + 100, 8 * BLOCK, (byte) 5);
        return content;
    }

    @Test
    void blocksAreUnpacked() throws IOException {
        byte[] content = content();
        Path image = image(content);
        Path raw = folder.resolve("raw");
        Files.write(raw, content);
        Tool.qemuImg("compare", "-f", "cloop", "-F", "raw", image, raw);
        try (BlockNode node = Images.probe(image, OpenOptions.READ_ONLY)) {
            assertThat(node.driver()).isEqualTo("cloop");
            assertThat(node.length()).isEqualTo(content.length);
            new RandomOperations(node, content, 0).compare();
            assertThat(Images.read(node, BLOCK - 100, 2 * BLOCK))
                    .isEqualTo(Arrays.copyOfRange(content, BLOCK - 100, 3 * BLOCK - 100));
            assertThatThrownBy(() -> Images.write(node, 0, (byte) 1)).isInstanceOf(UnsupportedImageException.class);
        }
    }

    @Test
    void damagedImagesAreRefusedOrBorne() throws IOException {
        ImageFuzzer fuzzer = new ImageFuzzer(Images.format("cloop"), _ -> {});
        fuzzer.run(List.of(image(content())));
        assertThat(fuzzer.opened()).isPositive();
    }
}
