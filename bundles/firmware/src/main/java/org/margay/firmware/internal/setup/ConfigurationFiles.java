package org.margay.firmware.internal.setup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.margay.memory.AddressSpace;

/**
 * Reads the files of the firmware configuration device through its two ports, as a BIOS does ("QEMU Firmware Configuration (fw_cfg)
 * Device"); a board without the device has no files.
 */
final class ConfigurationFiles {
    private static final int SELECTOR = 0x510;
    private static final int DATA = 0x511;
    private static final int SIGNATURE = 0x00;
    private static final int DIRECTORY = 0x19;
    private static final int MAX_FILES = 0x1000;
    private static final int NAME_SIZE = 56;
    /** Size, key, two reserved bytes and the name, all big-endian. */
    private static final int ENTRY_SIZE = 8 + NAME_SIZE;

    private final AddressSpace ports;

    ConfigurationFiles(AddressSpace ports) {
        this.ports = ports;
    }

    /** A file of a known size. */
    Optional<byte[]> read(String name, int size) {
        select(SIGNATURE);
        if (!text(next(4)).equals("QEMU")) {
            return Optional.empty();
        }
        select(DIRECTORY);
        int count = Math.clamp(ByteBuffer.wrap(next(4)).getInt(), 0, MAX_FILES);
        for (int i = 0; i < count; i++) {
            ByteBuffer entry = ByteBuffer.wrap(next(ENTRY_SIZE));
            if (entry.getInt(0) == size
                    && text(Arrays.copyOfRange(entry.array(), 8, ENTRY_SIZE)).equals(name)) {
                select(entry.getShort(4));
                return Optional.of(next(size));
            }
        }
        return Optional.empty();
    }

    private void select(int key) {
        ports.write(SELECTOR, 2, key);
    }

    private byte[] next(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) ports.read(DATA, 1);
        }
        return bytes;
    }

    private static String text(byte[] padded) {
        return new String(padded, StandardCharsets.ISO_8859_1).replace("\0", "");
    }
}
