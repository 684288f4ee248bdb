package org.margay.vdi.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.block.Checkable;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.testkit.images.ImageContract;
import org.margay.testkit.images.Images;

class VdiImageTest extends ImageContract {
    @Override
    protected String format() {
        return "vdi";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(Map.of(), Map.of("static", "on"));
    }

    @Override
    protected boolean qemuChecks() {
        return true;
    }

    @Test
    void extentsSayWhereBlocksAre() throws IOException {
        Path image = file("extents.vdi");
        Images.create("vdi", image, SIZE, Map.of());
        try (ImageNode node = Images.open("vdi", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 2 << 20, new byte[] {1});
            Images.write(node, 3 << 20, new byte[] {1});
            assertThat(node.extent(0, SIZE)).isEqualTo(Extent.unallocated(2 << 20));
            assertThat(node.extent((2 << 20) + 512, SIZE - (2 << 20) - 512))
                    .isEqualTo(Extent.data((2 << 20) - 512, 1024 + 512));
            assertThat(node.details().clusterSize()).isEqualTo(1 << 20);
        }
    }

    @Test
    void sharedAndMissingBlocksAreFound() throws IOException {
        Path image = file("damaged.vdi");
        Images.create("vdi", image, SIZE, Map.of());
        try (ImageNode node = Images.open("vdi", image, OpenOptions.READ_WRITE)) {
            Images.write(node, 0, new byte[] {1});
            Images.write(node, 1 << 20, new byte[] {1});
        }
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(
                    ByteBuffer.allocate(12)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0)
                            .putInt(0)
                            .putInt(12)
                            .flip(),
                    512);
        }
        try (ImageNode node = Images.open("vdi", image, OpenOptions.READ_ONLY)) {
            Checkable.Result result = ((Checkable) node).check(Checkable.Repair.NOTHING);
            assertThat(result.corruptions()).isEqualTo(2);
            assertThat(result.findings()).hasSize(2);
        }
        assertThatThrownBy(() -> Images.open("vdi", image, OpenOptions.READ_WRITE))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("block 2 is behind the end");
    }

    @Test
    void tooLargeDisksAreRefused() {
        assertThatThrownBy(() -> Images.create("vdi", file("large.vdi"), 1L << 60, Map.of()))
                .isInstanceOf(ImageException.class);
    }
}
