package org.margay.pcnet.internal;

import java.util.Optional;
import java.util.zip.CRC32;
import org.margay.net.MacAddress;

/**
 * The station's mode and addresses, and which frames it takes by their destination (Am79C970A data sheet, CSR8 to CSR11
 * "Logical Address Filter", CSR12 to CSR14 "Physical Address Register", CSR15 "Mode").
 */
final class Station {
    static final int NO_RECEIVER = 1;
    static final int NO_TRANSMITTER = 1 << 1;
    static final int LOOPBACK = 1 << 2;
    static final int NO_SEQUENCE = 1 << 3;
    private static final int NO_PHYSICAL = 1 << 13;
    private static final int NO_BROADCAST = 1 << 14;
    private static final int PROMISCUOUS = 1 << 15;

    private static final int LOGICAL = 8;

    /** Why a frame is taken; the bit of the receive descriptor that says so. */
    enum Match {
        PHYSICAL(1 << 6),
        LOGICAL(1 << 5),
        BROADCAST(1 << 4),
        PROMISCUOUS(0);

        private final int status;

        Match(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * Registers.
     *
     * @param addresses physical address, logical address filter
     */
    record State(int mode, byte[] addresses) {
        State {
            if (mode >>> 16 != 0 || addresses.length != MacAddress.LENGTH + LOGICAL) {
                throw new IllegalArgumentException("PCnet station");
            }
            addresses = addresses.clone();
        }
    }

    private int mode;
    private byte[] addresses = new byte[MacAddress.LENGTH + LOGICAL];

    /** @param address as the card has it */
    void reset(byte[] address) {
        mode = 0;
        addresses = new byte[MacAddress.LENGTH + LOGICAL];
        System.arraycopy(address, 0, addresses, 0, MacAddress.LENGTH);
    }

    void set(int newMode, byte[] newAddresses) {
        mode = newMode;
        addresses = newAddresses.clone();
    }

    boolean is(int modeBit) {
        return (mode & modeBit) != 0;
    }

    int mode() {
        return mode;
    }

    void setMode(int value) {
        mode = value;
    }

    /** A 16-bit word of the physical address, then of the logical address filter. */
    int word(int index) {
        return addresses[2 * index] & 0xFF | (addresses[2 * index + 1] & 0xFF) << 8;
    }

    void setWord(int index, int value) {
        addresses[2 * index] = (byte) value;
        addresses[2 * index + 1] = (byte) (value >>> 8);
    }

    /** Looks at a frame's destination; empty when the frame is not for this station. */
    Optional<Match> match(byte[] frame) {
        MacAddress destination = MacAddress.of(frame, 0);
        Optional<Match> match = Optional.empty();
        if (destination.equals(MacAddress.BROADCAST)) {
            match = when(Match.BROADCAST, !is(NO_BROADCAST));
        } else if (destination.isGroup()) {
            match = when(Match.LOGICAL, hashed(frame));
        } else if (destination.equals(MacAddress.of(addresses, 0))) {
            match = when(Match.PHYSICAL, !is(NO_PHYSICAL));
        }
        return match.or(() -> when(Match.PROMISCUOUS, is(PROMISCUOUS)));
    }

    private static Optional<Match> when(Match match, boolean accepted) {
        return accepted ? Optional.of(match) : Optional.empty();
    }

    /** The upper six bits of the destination's CRC choose one of 64 bits. */
    private boolean hashed(byte[] frame) {
        CRC32 crc = new CRC32();
        crc.update(frame, 0, MacAddress.LENGTH);
        int hash = ~(int) crc.getValue() >>> 26;
        return (addresses[MacAddress.LENGTH + (hash >>> 3)] >>> (hash & 7) & 1) != 0;
    }

    State save() {
        return new State(mode, addresses);
    }

    void restore(State state) {
        mode = state.mode;
        addresses = state.addresses.clone();
    }
}
