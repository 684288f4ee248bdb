package org.margay.virtio.net.internal;

import org.margay.net.OffloadSet;

/** Feature bits of network devices (virtio 1.2, 5.1.3). */
final class NetFeature {
    static final long CSUM = 1;
    static final long GUEST_CSUM = 1 << 1;
    static final long CTRL_GUEST_OFFLOADS = 1 << 2;
    static final long MTU = 1 << 3;
    static final long MAC = 1 << 5;
    /** Legacy: all of the host's segmentation offloads (5.1.3.2). */
    static final long GSO = 1 << 6;

    static final long GUEST_TSO4 = 1 << 7;
    static final long GUEST_TSO6 = 1 << 8;
    static final long GUEST_ECN = 1 << 9;
    static final long GUEST_UFO = 1 << 10;
    static final long HOST_TSO4 = 1 << 11;
    static final long HOST_TSO6 = 1 << 12;
    static final long HOST_ECN = 1 << 13;
    static final long HOST_UFO = 1 << 14;
    static final long MRG_RXBUF = 1 << 15;
    static final long STATUS = 1 << 16;
    static final long CTRL_VQ = 1 << 17;
    static final long CTRL_RX = 1 << 18;
    static final long CTRL_VLAN = 1 << 19;
    static final long CTRL_RX_EXTRA = 1 << 20;
    static final long CTRL_MAC_ADDR = 1 << 23;
    static final long SPEED_DUPLEX = 1L << 63;

    /** What a driver may switch on and off while it runs (5.1.6.5.6). */
    static final long GUEST_OFFLOADS = GUEST_CSUM | GUEST_TSO4 | GUEST_TSO6 | GUEST_ECN | GUEST_UFO;

    private NetFeature() {}

    /** Which unfinished frames a driver takes that has switched these on. */
    static OffloadSet taken(long offloads) {
        return new OffloadSet(
                (offloads & GUEST_CSUM) != 0,
                (offloads & GUEST_TSO4) != 0,
                (offloads & GUEST_TSO6) != 0,
                (offloads & GUEST_ECN) != 0,
                (offloads & GUEST_UFO) != 0);
    }
}
