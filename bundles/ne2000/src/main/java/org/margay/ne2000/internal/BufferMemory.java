package org.margay.ne2000.internal;

import java.util.Arrays;

/**
 * What the remote DMA of an NE2000 reaches: the card's PROM, each byte twice, and a buffer of 32 KiB for frames, as the
 * clones with most memory have it. Nothing answers elsewhere.
 */
final class BufferMemory {
    /** Bytes of the PROM. */
    static final int PROM = 16;

    private static final int BUFFER = 0x4000;
    private static final int END = 0xC000;

    private final byte[] prom = new byte[PROM];
    private final byte[] buffer = new byte[END - BUFFER];

    /** Fills the PROM. */
    void setProm(byte[] content) {
        System.arraycopy(content, 0, prom, 0, PROM);
    }

    /** A byte at an address of 16 bits. */
    int read(int address) {
        if (address >= BUFFER && address < END) {
            return buffer[address - BUFFER] & 0xFF;
        }
        return address < 2 * PROM ? prom[address / 2] & 0xFF : 0xFF;
    }

    void write(int address, int value) {
        if (address >= BUFFER && address < END) {
            buffer[address - BUFFER] = (byte) value;
        }
    }

    /** PROM, then buffer. */
    byte[] save() {
        byte[] saved = Arrays.copyOf(prom, PROM + buffer.length);
        System.arraycopy(buffer, 0, saved, PROM, buffer.length);
        return saved;
    }

    void restore(byte[] saved) {
        if (saved.length != PROM + buffer.length) {
            throw new IllegalArgumentException("NE2000 memory of %d bytes".formatted(saved.length));
        }
        System.arraycopy(saved, 0, prom, 0, PROM);
        System.arraycopy(saved, PROM, buffer, 0, buffer.length);
    }
}
