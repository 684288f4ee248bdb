package org.margay.eepro100.internal;

import org.margay.net.Frame;
import org.margay.pci.PciDma;

/** The buffers of a packet to be sent, noted first and copied once. */
final class BufferList {
    /** Buffers at most: those that the number field of a transmit command can count, and what is in the command itself. */
    private static final int MOST = 256;

    private final long[] addresses = new long[MOST];
    private final int[] lengths = new int[MOST];
    private int count;
    private int length;

    void clear() {
        count = 0;
        length = 0;
    }

    /** Notes a buffer; what makes the packet longer than any is left out. */
    void add(long address, int bytes) {
        if (bytes > 0 && count < MOST && length + bytes <= Frame.MAXIMUM) {
            addresses[count] = address;
            lengths[count++] = bytes;
            length += bytes;
        }
    }

    /** Bytes of all buffers. */
    int length() {
        return length;
    }

    /**
     * The packet in an array of its own.
     *
     * @param room bytes left free in front of it
     * @param end length of the array, at least of room and packet
     */
    byte[] copy(PciDma dma, int room, int end) {
        byte[] packet = new byte[Math.max(end, room + length)];
        int at = room;
        for (int i = 0; i < count; i++) {
            dma.read(addresses[i], packet, at, lengths[i]);
            at += lengths[i];
        }
        return packet;
    }
}
