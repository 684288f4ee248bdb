package org.margay.virtio.blk.internal;

/** The unit in which requests and the capacity are counted, whatever the logical block size is (virtio 1.2, 5.2.4). */
final class Sector {
    static final int SIZE = 512;

    private Sector() {}
}
