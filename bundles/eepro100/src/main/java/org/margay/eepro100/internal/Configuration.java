package org.margay.eepro100.internal;

import org.margay.pci.PciDma;

/** What the driver configured (8255x manual, section 6.4.2.3): bytes, of which only those named here matter on a virtual wire. */
final class Configuration {
    /** Bytes at most. */
    static final int SIZE = 32;

    private static final int LEAST = 8;
    /** Values after a reset; the bytes of later chips are zero. */
    private static final int[] DEFAULTS = {
        0x16, 0x08, 0x00, 0x00, 0x00, 0x00, 0x32, 0x03, 0x01, 0x00, 0x2E, 0x00, 0x60, 0x00, 0xF2, 0xC8, 0x00, 0x40,
        0xF2, 0x80, 0x3F, 0x05
    };

    /** The bytes. */
    record State(byte[] bytes) {
        State {
            if (bytes.length != SIZE) {
                throw new IllegalArgumentException("%d bytes of configuration".formatted(bytes.length));
            }
            bytes = bytes.clone();
        }
    }

    private final Generation generation;
    private final byte[] bytes = new byte[SIZE];

    Configuration(Generation generation) {
        this.generation = generation;
        reset();
    }

    void reset() {
        for (int i = 0; i < SIZE; i++) {
            bytes[i] = (byte) (i < DEFAULTS.length ? DEFAULTS[i] : 0);
        }
    }

    /** Takes over as many bytes as the first of them says. */
    void load(PciDma dma, long address) {
        dma.read(address, bytes, 0, 1);
        int most = generation.atLeast(Generation.I82550) ? SIZE : DEFAULTS.length;
        int count = Math.clamp(bytes[0] & 0x3F, LEAST, most);
        dma.read(address + 1, bytes, 1, count - 1);
    }

    /** All bytes, not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    private boolean bit(int index, int bit) {
        return (bytes[index] >>> bit & 1) != 0;
    }

    /** Whether management frames are counted, too. */
    boolean managementStatistics() {
        return generation.atLeast(Generation.I82559) && bit(6, 2);
    }

    /** Whether the command unit's suspension is told, not only the end of its list. */
    boolean tellsSuspension() {
        return !bit(6, 3);
    }

    /** Whether transmit commands have two buffer descriptors in them. */
    boolean extendedCommands() {
        return generation.atLeast(Generation.I82558) && !bit(6, 4);
    }

    /** Whether the counters of later chips are dumped. */
    boolean extendedStatistics() {
        return generation.atLeast(Generation.I82558) && !bit(6, 5);
    }

    /** Whether receive descriptors are of the long form. */
    boolean extendedReceive() {
        return generation.atLeast(Generation.I82550) && bit(7, 5);
    }

    /** Whether a frame's sum is stored behind it. */
    boolean receiveChecksum() {
        return generation.atLeast(Generation.I82559) && bit(9, 0) && !extendedReceive();
    }

    /** Whether the driver leaves the source address out. */
    boolean insertsSource() {
        return !bit(10, 3);
    }

    /** Whether what is sent comes back. */
    boolean loopback() {
        return (bytes[10] & 0xC0) != 0;
    }

    boolean promiscuous() {
        return bit(15, 0);
    }

    boolean broadcast() {
        return !bit(15, 1);
    }

    /** Whether short frames are padded before they are sent. */
    boolean padding() {
        return bit(18, 1);
    }

    /** Whether the check sequence is stored. */
    boolean storesCheckSequence() {
        return bit(18, 2);
    }

    /** Whether frames longer than Ethernet's are taken. */
    boolean longReceive() {
        return bit(18, 3);
    }

    /** Whether station addresses are hashed like group addresses. */
    boolean manyStations() {
        return bit(20, 6);
    }

    boolean multicastAll() {
        return bit(21, 3);
    }

    /** Whether VLAN tags are taken off. */
    boolean stripsTags() {
        return extendedReceive() && bit(22, 1);
    }

    State save() {
        return new State(bytes);
    }

    void restore(State state) {
        System.arraycopy(state.bytes, 0, bytes, 0, SIZE);
    }
}
