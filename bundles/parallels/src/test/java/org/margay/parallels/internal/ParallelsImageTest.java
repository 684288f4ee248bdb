package org.margay.parallels.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.block.Checkable;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.MemoryFile;
import org.margay.testkit.images.Tool;

class ParallelsImageTest extends ImageContract {
    @Override
    protected String format() {
        return "parallels";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(Map.of(), Map.of("cluster_size", "64k"));
    }

    @Override
    protected boolean qemuChecks() {
        return true;
    }

    @Override
    protected boolean uncleanNeedsRepair() {
        return true;
    }

    /** The older form, as Parallels 2 made it: 63 sectors in a cluster, a table that counts sectors. */
    @Test
    void tablesThatCountSectorsAreReadAndWritten() throws IOException {
        Path image = file("old.hds");
        Files.write(image, old(200));
        byte[] content = new byte[200 * 63 * 512];
        try (ImageNode node = Images.open("parallels", image, OpenOptions.READ_WRITE)) {
            assertThat(node.length()).isEqualTo(content.length);
            byte[] some = Images.random(3, 100_000);
            Images.write(node, 50_000, some);
            System.arraycopy(some, 0, content, 50_000, some.length);
        }
        judged(image, content);
    }

    private static byte[] old(int clusters) {
        MemoryFile file = new MemoryFile("old", 1 << 20);
        Fields header = Fields.empty(1024, ByteOrder.LITTLE_ENDIAN)
                .text(0, "WithoutFreeSpace")
                .u32(16, 2)
                .u32(20, 16)
                .u32(24, 12)
                .u32(28, 63)
                .u32(32, clusters)
                .u32(36, clusters * 63L);
        file.put(0, header.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        return file.get(0, 1024);
    }

    @Test
    void anImageThatWasNotClosedIsMarked() throws IOException {
        Path image = file("open.hds");
        Path copy = file("copy.hds");
        Images.create("parallels", image, SIZE, Map.of());
        try (ImageNode node = Images.open("parallels", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 5 << 20, Images.random(3, 4096));
            node.flush();
            Files.copy(image, copy);
        }
        assertThat(Tool.tryRun("qemu-utils", "qemu-img", "check", "-f", "parallels", copy)
                        .output())
                .contains("not closed correctly");
        try (ImageNode node = Images.open("parallels", copy, OpenOptions.READ_ONLY)) {
            assertThat(node.details().dirty()).isTrue();
            assertThat(((Checkable) node).check(Checkable.Repair.NOTHING).corruptions())
                    .isEqualTo(1);
        }
        OpenOptions noRepair = new OpenOptions(false, OpenOptions.READ_WRITE.cache(), false, true, false);
        assertThatThrownBy(() -> Images.open("parallels", copy, noRepair)).isInstanceOf(ImageException.class);
        Images.open("parallels", copy, OpenOptions.READ_WRITE).close();
        Tool.qemuImg("check", "-f", "parallels", copy);
    }
}
