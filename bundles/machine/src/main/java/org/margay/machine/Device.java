package org.margay.machine;

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

    /** Unplugs: leaves no mapping, timer, thread or backend behind. */
    @Override
    void close();
}
