package org.margay.firmware.internal.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small kernels made by hand. */
final class Images {
    static final int SETUP_SIZE = 0x400;

    private Images() {}

    /** A bzImage of protocol 2.15 with one setup sector, 64-bit entry, and 8 KiB of code: byte i of it is i modulo 251. */
    static ByteBuffer bzImage() {
        ByteBuffer image = ByteBuffer.allocate(SETUP_SIZE + 8192).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1F1, (byte) 1);
        image.putInt(0x1F4, 8192 / 16);
        image.putShort(0x1FE, (short) 0xAA55);
        image.put(0x200, (byte) 0xEB).put(0x201, (byte) 0x6A);
        image.putInt(0x202, 0x53726448);
        image.putShort(0x206, (short) 0x020F);
        image.put(0x211, (byte) 1);
        image.putInt(0x22C, 0x7FFFFFFF);
        image.putInt(0x230, 0x200000);
        image.put(0x234, (byte) 1);
        image.putShort(0x236, (short) 1);
        image.putInt(0x238, 2047);
        image.putLong(0x258, 0x1000000);
        image.putInt(0x260, 0x800000);
        for (int i = 0; i < 8192; i++) {
            image.put(SETUP_SIZE + i, (byte) (i % 251));
        }
        return image;
    }

    static ImageFile file(Path folder, String name, ByteBuffer content) throws IOException, ImageException {
        return ImageFile.open(Files.write(folder.resolve(name), content.array()).toString());
    }
}
