package org.margay.rtl8139.internal;

import org.margay.pci.PciDma;

/**
 * Reception in C mode: frames with a header of four bytes, one behind the other, in a ring of 8 to 64 KiB (RTL8139C+
 * data sheet, "Receive Configuration Register", "Current Address of Packet Read", "Rx packet header").
 */
final class ReceiveBuffer {
    private static final int HEADER_OK = 1;

    /** Bit of the receive configuration: a frame may go on behind the end of the ring. */
    private static final int OVERRUN = 1 << 7;

    private static final int LARGEST = 64 << 10;

    /**
     * Bytes that wait to be read before frames have to wait: half of the smallest ring, and no more frames than drivers
     * take at once.
     */
    private static final int ENOUGH = 4096;

    /** What the read pointer register lags behind the place where the guest reads. */
    private static final int READ_OFFSET = 16;

    /** Early receive status: the frame was good; the guest wants to be told early. */
    private static final int EARLY_GOOD = 1 << 3;

    private static final int EARLY_OK = 1;
    private static final int EARLY_ALL = 0x0F;

    /**
     * Registers.
     *
     * @param start RBSTART
     * @param read CAPR
     * @param write CBR
     * @param earlyCount ERBCR
     * @param earlyStatus ERSR
     */
    record State(int start, int read, int write, int earlyCount, int earlyStatus) {
        State {
            if ((read | write | earlyCount) >>> 16 != 0 || (earlyStatus & ~EARLY_ALL) != 0) {
                throw new IllegalArgumentException("RTL8139 receive registers");
            }
        }
    }

    private int start;
    private int read;
    private int write;
    private int earlyCount;
    private int earlyStatus;

    /** The registers of soft and hard reset. */
    void reset() {
        start = 0;
        earlyCount = 0;
        earlyStatus = 0;
        restart();
    }

    /** Empties the ring and begins at its start. */
    void restart() {
        read = -READ_OFFSET & 0xFFFF;
        write = 0;
    }

    int start() {
        return start;
    }

    void setStart(Lanes lanes) {
        start = lanes.over(start);
    }

    int read() {
        return read;
    }

    void setRead(Lanes lanes) {
        read = lanes.over(read);
    }

    int write() {
        return write;
    }

    int earlyCount() {
        return earlyCount;
    }

    int earlyStatus() {
        return earlyStatus;
    }

    void acknowledgeEarly(int ones) {
        earlyStatus &= ~ones;
    }

    /** Bytes of the ring. */
    private static int size(int configuration) {
        return 8192 << (configuration >>> 11 & 3);
    }

    private static boolean wraps(int configuration) {
        return (configuration & OVERRUN) == 0 || size(configuration) == LARGEST;
    }

    private int used(int configuration) {
        return write - read - READ_OFFSET & size(configuration) - 1;
    }

    boolean isEmpty(int configuration) {
        return used(configuration) == 0;
    }

    /** Whether an ordinary frame has room, and is not one too many. */
    boolean hasRoom(int configuration) {
        return used(configuration) < ENOUGH;
    }

    /**
     * Stores a frame.
     *
     * @param frame with its check sequence
     * @return false when it has no room
     */
    boolean store(PciDma dma, byte[] frame, AddressFilter.Match match, int configuration) {
        int length = 4 + frame.length;
        int padded = length + 3 & ~3;
        if (used(configuration) + padded >= size(configuration)) {
            return false;
        }
        byte[] packet = new byte[length];
        int status = HEADER_OK | bits(match);
        packet[0] = (byte) status;
        packet[1] = (byte) (status >>> 8);
        packet[2] = (byte) frame.length;
        packet[3] = (byte) (frame.length >>> 8);
        System.arraycopy(frame, 0, packet, 4, frame.length);
        int size = size(configuration);
        int at = write & size - 1;
        int first = wraps(configuration) ? Math.min(length, size - at) : length;
        long base = start & 0xFFFF_FFFFL;
        dma.write(base + at, packet, 0, first);
        dma.write(base, packet, first, length - first);
        write = at + padded & size - 1;
        earlyCount = frame.length;
        earlyStatus |= EARLY_GOOD | ((configuration >>> 24 & 0xF) != 0 ? EARLY_OK : 0);
        return true;
    }

    private static int bits(AddressFilter.Match match) {
        return switch (match) {
            case BROADCAST -> 1 << 13;
            case PHYSICAL -> 1 << 14;
            case MULTICAST -> 1 << 15;
            case FOREIGN -> 0;
        };
    }

    State save() {
        return new State(start, read, write, earlyCount, earlyStatus);
    }

    void restore(State state) {
        start = state.start;
        read = state.read;
        write = state.write;
        earlyCount = state.earlyCount;
        earlyStatus = state.earlyStatus;
    }
}
