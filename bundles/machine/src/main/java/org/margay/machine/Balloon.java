package org.margay.machine;

/**
 * Something in the guest that takes memory from its system and gives it to the host: {@link Machine#publish published} by the device
 * while there is one. Under the machine lock.
 */
public interface Balloon {
    /** Bytes of memory that the guest has left, as it says. */
    long actual();

    /**
     * Asks the guest to make do with so much memory.
     *
     * @param bytes at least 1; more than the guest has at most counts as that
     */
    void target(long bytes);
}
