package org.margay.pci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.margay.machine.DeviceException;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * The expansion ROM of a card (PCI 3.0, section 6.3): a socket with the user's image in it, or an empty one, which
 * reads FF. A guest copies the image before it runs it.
 */
public final class ExpansionRom implements IoHandler {
    /** Bytes of an image at most: the largest expansion ROM that PCI knows. */
    private static final int MAXIMUM = 16 << 20;

    private static final int MINIMUM = 2048;

    private final byte[] image;

    private ExpansionRom(byte[] image) {
        this.image = image;
    }

    /**
     * Declares the BAR of a function's expansion ROM, unless its properties hide it: rombar is 0, or romfile empty.
     *
     * @param socket bytes of the socket when there is no image
     * @throws DeviceException when romfile can't be read
     */
    public static void add(PciFunction function, PciProperties properties, int socket) throws DeviceException {
        String file = properties.romfile();
        if (properties.rombar() == 0 || file != null && file.isEmpty()) {
            return;
        }
        byte[] image = file == null ? new byte[0] : read(file);
        int size = file == null ? socket : Math.max(MINIMUM, powerOfTwo(image.length));
        byte[] padded = Arrays.copyOf(image, size);
        Arrays.fill(padded, image.length, size, (byte) 0xFF);
        MemoryRegion region =
                MemoryRegion.io(function.driver() + ".rom", size, AccessSizes.UP_TO_8, new ExpansionRom(padded));
        function.addBar(new PciBar(PciBar.ROM, PciBar.Kind.EXPANSION_ROM, region));
    }

    private static int powerOfTwo(int length) {
        return length <= 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    }

    private static byte[] read(String file) throws DeviceException {
        try (InputStream stream = Files.newInputStream(Path.of(file))) {
            byte[] image = stream.readNBytes(MAXIMUM + 1);
            if (image.length == 0 || image.length > MAXIMUM) {
                throw new DeviceException("romfile \"%s\" must have 1 to %d bytes".formatted(file, MAXIMUM));
            }
            return image;
        } catch (IOException | InvalidPathException e) {
            throw new DeviceException("failed to find romfile \"%s\"".formatted(file));
        }
    }

    @Override
    public long read(long offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | image[(int) offset + i] & 0xFF;
        }
        return value;
    }

    @Override
    public void write(long offset, int size, long value) {}
}
