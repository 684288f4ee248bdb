package org.margay.rtl8139.internal;

import org.margay.pci.PciDma;

/**
 * A descriptor of C+ mode in guest memory, as it was read (RTL8139C+ data sheet, "C+ Mode Descriptors"). A ring has up
 * to {@link #MOST} of them.
 *
 * @param place its address
 * @param options first word: owner, place in ring and frame, length or status
 * @param tag second word: VLAN tag
 */
record Descriptor(long place, int options, int tag) {
    /** Bytes. */
    static final int SIZE = 16;

    /** In a ring. */
    static final int MOST = 64;

    static final int OWN = 1 << 31;
    static final int END_OF_RING = 1 << 30;
    static final int FIRST = 1 << 29;
    static final int LAST = 1 << 28;

    /** Reads the descriptor at an index of a ring. */
    static Descriptor read(PciDma dma, long ring, int index) {
        long place = ring + (long) SIZE * index;
        return new Descriptor(place, dma.readInt(place), dma.readInt(place + 4));
    }

    boolean is(int bit) {
        return (options & bit) != 0;
    }

    /** The index behind one's own. */
    int next(int index) {
        return is(END_OF_RING) ? 0 : index + 1 & MOST - 1;
    }

    /** Address of its buffer. */
    long buffer(PciDma dma, boolean wide) {
        return wide ? dma.readLong(place + 8) : dma.readInt(place + 8) & 0xFFFF_FFFFL;
    }

    /** Gives it back to the driver; the tag is written first, so that who sees it given back sees all. */
    void release(PciDma dma, int newOptions, int newTag) {
        dma.writeInt(place + 4, newTag);
        dma.writeInt(place, newOptions & ~OWN | options & END_OF_RING);
    }
}
