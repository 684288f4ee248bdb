package org.margay.firmware.internal.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.firmware.internal.table.MemoryLayout;

class LinuxItemsTest {
    private static final MemoryLayout LAYOUT = new MemoryLayout(64 << 20, 0);

    @TempDir
    Path folder;

    private static int number(Map<Integer, byte[]> items, int key) {
        return ByteBuffer.wrap(items.get(key)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    @Test
    void givesSetupKernelInitrdAndCommandLine() throws Exception {
        ImageFile kernel = Images.file(folder, "vmlinuz", Images.bzImage());
        ImageFile initrd =
                Images.file(folder, "initrd", ByteBuffer.allocate(5000).put(4999, (byte) 7));
        Map<Integer, byte[]> items = LinuxItems.build(kernel, Optional.of(initrd), "quiet", LAYOUT);

        assertThat(items.get(0x18)).hasSize(Images.SETUP_SIZE);
        ByteBuffer setup = ByteBuffer.wrap(items.get(0x18)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(setup.get(0x210)).isEqualTo((byte) 0xB0);
        assertThat(setup.get(0x211)).isEqualTo((byte) 0x81);
        assertThat(setup.getInt(0x228)).isEqualTo(number(items, 0x13));
        assertThat(setup.getInt(0x218)).isEqualTo(number(items, 0x0A));
        assertThat(setup.getInt(0x21C)).isEqualTo(5000);
        assertThat(number(items, 0x08)).isEqualTo(8192);
        assertThat(items.get(0x11)).hasSize(8192);
        assertThat(items.get(0x12)[4999]).isEqualTo((byte) 7);
        assertThat(new String(items.get(0x15), StandardCharsets.US_ASCII)).isEqualTo("quiet\0");
        assertThat(number(items, 0x0A) + 5000L).isLessThanOrEqualTo(LAYOUT.tables());
    }

    @Test
    void refusesWhatDoesNotFit() throws Exception {
        ImageFile kernel = Images.file(folder, "vmlinuz", Images.bzImage());
        assertThatThrownBy(() -> LinuxItems.build(kernel, Optional.empty(), "", new MemoryLayout(4 << 20, 0)))
                .isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> LinuxItems.build(kernel, Optional.empty(), "x".repeat(3000), LAYOUT))
                .hasMessageContaining("3000 characters");
    }
}
