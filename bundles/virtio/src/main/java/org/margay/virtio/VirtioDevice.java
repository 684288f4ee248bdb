package org.margay.virtio;

import java.util.Collection;
import java.util.List;
import org.margay.machine.object.ObjectProperty;

/**
 * A device model without its transport: features, configuration, queues. It declares its queues when it is made, by {@link
 * VirtioTransport#addQueue}. All calls come under the machine lock.
 *
 * @param <D> its own part of the saved state, beyond transport and queues
 */
public interface VirtioDevice<D extends Record> extends AutoCloseable {
    /** Feature bits of its type that it offers. */
    long features();

    /** Feature bits of its type that are offered to legacy drivers in addition. */
    default long legacyFeatures() {
        return 0;
    }

    /** The configuration space as the driver reads it now; always of the same length. */
    byte[] config();

    /**
     * The driver wrote configuration.
     *
     * @param content all of it with what was written: the model takes over what may be written
     */
    default void writeConfig(byte[] content) {}

    /** Features are agreed on; legacy drivers may change their mind. Ask {@link VirtioTransport#has}. */
    default void negotiated() {}

    /** The driver is ready (DRIVER_OK): queues may be used from now on. */
    default void driverReady() {}

    /**
     * The driver, or the bus, resets the device. Queues and features are reset already; elements that the device still has are
     * to be forgotten.
     */
    void reset();

    D save();

    /**
     * Takes a saved state over; transport and queues have theirs already. May not use the queues yet.
     *
     * @throws IllegalArgumentException when the state can't be this device's
     */
    void restore(D state);

    /** As {@link org.margay.machine.Device#properties}. */
    default Collection<ObjectProperty> properties() {
        return List.of();
    }

    /** Gives backends and timers back. */
    @Override
    void close();
}
