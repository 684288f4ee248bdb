package org.margay.machine;

import java.util.Collection;
import java.util.List;
import org.margay.machine.object.ObjectProperty;

/**
 * A device model: an instance built from properties and wiring, its registers mapped by whoever built it or by itself.
 * All calls come under the machine lock.
 *
 * @param <S> its saved state: a record of what the guest can see and nothing else; its compact constructor refuses
 *     impossible values with {@link IllegalArgumentException}
 */
public interface Device<S extends Record> extends AutoCloseable {
    /** Power-on or bus reset: registers get the values that the manual documents. */
    void reset();

    /** What the guest can see of the device now. */
    S save();

    /**
     * Takes over a saved state, including timers and interrupt lines. Called once, on a fresh instance. The state may come
     * from a hostile peer.
     *
     * @throws IllegalArgumentException when the state can't be this device's; the instance is then thrown away
     */
    void restore(S state);

    /**
     * What is to be seen of it beyond the properties that it was made with, or instead of those of the same name: an address
     * that was chosen for it, statistics. Read live, each time; what is named like one of the driver's properties is given to
     * the driver again when the device is made anew after an update of its driver.
     */
    default Collection<ObjectProperty> properties() {
        return List.of();
    }

    /** Unplugs: leaves no mapping, timer, thread or backend behind. */
    @Override
    void close();
}
