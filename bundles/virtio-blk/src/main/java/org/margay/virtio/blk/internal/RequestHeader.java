package org.margay.virtio.blk.internal;

import org.margay.virtio.VirtqueueElement;

/**
 * What every request begins with (virtio 1.2, 5.2.6).
 *
 * @param type what is to be done
 * @param sector where, unsigned
 */
record RequestHeader(int type, long sector) {
    /** Bytes. */
    static final int SIZE = 16;

    static final int IN = 0;
    static final int OUT = 1;
    static final int FLUSH = 4;
    static final int GET_ID = 8;
    static final int DISCARD = 11;
    static final int WRITE_ZEROES = 13;

    /** Legacy drivers may set it with any type; it has no meaning any more (0.9.5, 2.3.3). */
    private static final int BARRIER = 0x8000_0000;

    /** Behind the type come four bytes that mean nothing. */
    private static final int SECTOR = 8;

    static RequestHeader read(VirtqueueElement element) {
        return new RequestHeader((int) element.readNumber(0, 4) & ~BARRIER, element.readNumber(SECTOR, 8));
    }
}
