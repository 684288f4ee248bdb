package org.margay.virtio;

/** Feature bits that do not belong to a type of device (virtio 1.2, chapter 6; 0.9.5, appendix B). */
public final class VirtioFeature {
    /** Legacy: an interrupt whenever the device has used all buffers, wanted or not. */
    public static final long NOTIFY_ON_EMPTY = 1L << 24;

    /** Legacy: how a request is cut into descriptors means nothing. */
    public static final long ANY_LAYOUT = 1L << 27;

    public static final long RING_INDIRECT_DESC = 1L << 28;
    public static final long RING_EVENT_IDX = 1L << 29;

    /** The driver keeps to virtio 1. */
    public static final long VERSION_1 = 1L << 32;

    private VirtioFeature() {}
}
