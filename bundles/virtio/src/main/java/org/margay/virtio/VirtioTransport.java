package org.margay.virtio;

import org.margay.machine.Device;

/** What a {@link VirtioDevice} is plugged into: its side of negotiation, queues and interrupts. Under the machine lock. */
public interface VirtioTransport {
    /**
     * Declares the next queue; only while the model is made.
     *
     * @param size entries at most, a power of two up to 1024
     * @param notified called when the driver says that it made buffers available; on a vCPU's thread, so that what takes long
     *     is better put off
     */
    Virtqueue addQueue(int size, Runnable notified);

    /** Whether offered features (of {@link VirtioFeature}, or the type's own) were accepted by the driver, all of them. */
    boolean has(long features);

    /** Whether the driver is ready, and nothing went wrong since. */
    boolean running();

    /** The configuration changed: the driver is interrupted, and knows that what it read so far may be torn. */
    void configChanged();

    /**
     * The driver broke the rules, and the device can't go on: it stands still until it is reset, and says so where the driver
     * can see it (DEVICE_NEEDS_RESET).
     *
     * @param why for the log
     */
    void fail(String why);

    /** The device as the machine knows it: for buses that the model has of its own. Not while the model is made. */
    Device<?> device();
}
