package org.margay.virtio.blk.internal;

/** Feature bits of block devices (virtio 1.2, 5.2.3). */
final class BlkFeature {
    static final long SEG_MAX = 1 << 2;
    static final long GEOMETRY = 1 << 4;
    static final long RO = 1 << 5;
    static final long BLK_SIZE = 1 << 6;
    /** Legacy: SCSI commands are passed through. */
    static final long SCSI = 1 << 7;

    static final long FLUSH = 1 << 9;
    static final long TOPOLOGY = 1 << 10;
    static final long CONFIG_WCE = 1 << 11;
    static final long MQ = 1 << 12;
    static final long DISCARD = 1 << 13;
    static final long WRITE_ZEROES = 1 << 14;

    private BlkFeature() {}
}
