package org.margay.rtl8139.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.margay.net.MacAddress;

/**
 * Decides by their destination which frames are received: ID registers, multicast registers, and the accept bits of the
 * receive configuration (RTL8139C+ data sheet, "ID Register", "Multicast Register", "Receive Configuration Register").
 */
final class AddressFilter {
    static final int ACCEPT_ALL_PHYSICAL = 1;
    static final int ACCEPT_PHYSICAL_MATCH = 1 << 1;
    static final int ACCEPT_MULTICAST = 1 << 2;
    static final int ACCEPT_BROADCAST = 1 << 3;

    /** Bytes of the ID registers, two of which are reserved, and of the multicast registers behind them. */
    static final int SIZE = 16;

    private static final int MULTICAST = 8;

    /** Why a frame is received. */
    enum Match {
        PHYSICAL,
        MULTICAST,
        BROADCAST,
        /** Another station's. */
        FOREIGN
    }

    private final byte[] registers = new byte[SIZE];

    /** A 32-bit word of the registers. */
    int read(int offset) {
        int value = 0;
        for (int i = 3; i >= 0; i--) {
            value = value << 8 | registers[offset + i] & 0xFF;
        }
        return value;
    }

    void write(int offset, Lanes lanes) {
        int value = lanes.over(read(offset));
        for (int i = 0; i < 4; i++) {
            registers[offset + i] = (byte) (value >>> (8 * i));
        }
        registers[MacAddress.LENGTH] = 0;
        registers[MacAddress.LENGTH + 1] = 0;
    }

    /** The station's address, one byte after the other, as the EEPROM has it. */
    void setStation(byte[] address) {
        System.arraycopy(address, 0, registers, 0, MacAddress.LENGTH);
    }

    void clearMulticast() {
        Arrays.fill(registers, MULTICAST, SIZE, (byte) 0);
    }

    /**
     * Looks at a frame's destination.
     *
     * @param accept bits of the receive configuration
     * @return empty when the frame is not for this station
     */
    Optional<Match> match(byte[] frame, int accept) {
        MacAddress destination = MacAddress.of(frame, 0);
        if (destination.equals(MacAddress.BROADCAST)) {
            return when(Match.BROADCAST, (accept & ACCEPT_BROADCAST) != 0);
        }
        if (destination.isGroup()) {
            return when(Match.MULTICAST, (accept & ACCEPT_MULTICAST) != 0 && hashed(frame));
        }
        boolean all = (accept & ACCEPT_ALL_PHYSICAL) != 0;
        return destination.equals(MacAddress.of(registers, 0))
                ? when(Match.PHYSICAL, all || (accept & ACCEPT_PHYSICAL_MATCH) != 0)
                : when(Match.FOREIGN, all);
    }

    private static Optional<Match> when(Match match, boolean accepted) {
        return accepted ? Optional.of(match) : Optional.empty();
    }

    /** The upper six bits of the destination's CRC, its first bit on top, choose one of 64 bits. */
    private boolean hashed(byte[] frame) {
        CRC32 crc = new CRC32();
        crc.update(frame, 0, MacAddress.LENGTH);
        int hash = Integer.reverse(~(int) crc.getValue()) >>> 26;
        return (registers[MULTICAST + (hash >>> 3)] >>> (hash & 7) & 1) != 0;
    }

    byte[] save() {
        return registers.clone();
    }

    void restore(byte[] saved) {
        if (saved.length != SIZE) {
            throw new IllegalArgumentException("RTL8139 address registers of %d bytes".formatted(saved.length));
        }
        System.arraycopy(saved, 0, registers, 0, SIZE);
    }
}
