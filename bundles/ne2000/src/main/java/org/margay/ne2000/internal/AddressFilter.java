package org.margay.ne2000.internal;

import java.util.zip.CRC32;
import org.margay.net.MacAddress;

/**
 * Which frames are taken by their destination (DP8390D data sheet, "Physical Address Registers", "Multicast Address
 * Registers", "Receive Configuration Register").
 */
final class AddressFilter {
    private static final int ACCEPT_BROADCAST = 1 << 2;
    private static final int ACCEPT_MULTICAST = 1 << 3;
    private static final int PROMISCUOUS = 1 << 4;

    private static final int MULTICAST = 8;
    /** Bytes of both. */
    static final int SIZE = MacAddress.LENGTH + MULTICAST;

    private final byte[] registers = new byte[SIZE];

    /** A byte of the physical address, then of the multicast registers. */
    int read(int index) {
        return registers[index] & 0xFF;
    }

    void write(int index, int value) {
        registers[index] = (byte) value;
    }

    /** @param configuration receive configuration register */
    boolean accepts(byte[] frame, int configuration) {
        MacAddress destination = MacAddress.of(frame, 0);
        if (destination.equals(MacAddress.BROADCAST)) {
            return (configuration & ACCEPT_BROADCAST) != 0;
        }
        if (destination.isGroup()) {
            return (configuration & ACCEPT_MULTICAST) != 0 && hashed(frame);
        }
        return (configuration & PROMISCUOUS) != 0 || destination.equals(MacAddress.of(registers, 0));
    }

    /** The upper six bits of the destination's CRC, its first bit on top, choose one of 64 bits. */
    private boolean hashed(byte[] frame) {
        CRC32 crc = new CRC32();
        crc.update(frame, 0, MacAddress.LENGTH);
        int hash = Integer.reverse(~(int) crc.getValue()) >>> 26;
        return (registers[MacAddress.LENGTH + (hash >>> 3)] >>> (hash & 7) & 1) != 0;
    }

    byte[] save() {
        return registers.clone();
    }

    void restore(byte[] saved) {
        if (saved.length != SIZE) {
            throw new IllegalArgumentException("NE2000 address registers of %d bytes".formatted(saved.length));
        }
        System.arraycopy(saved, 0, registers, 0, SIZE);
    }
}
