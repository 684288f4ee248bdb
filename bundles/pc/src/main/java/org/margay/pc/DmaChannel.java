package org.margay.pc;

/**
 * A device's end of an ISA DMA channel: DREQ, DACK and TC. The device moves data whenever both it and the channel are ready.
 * Under the machine lock.
 */
public interface DmaChannel {
    /** What the guest programmed the channel for. */
    enum Direction {
        /** Device to memory. */
        WRITE_MEMORY,
        /** Memory to device. */
        READ_MEMORY,
        /** Counts, but moves nothing. */
        VERIFY
    }

    /** Unmasked and its controller enabled. */
    boolean ready();

    Direction direction();

    /** Bytes until the terminal count, at most 131,072. */
    int remaining();

    /**
     * Moves bytes between memory and the device, up to the terminal count.
     *
     * @param buffer source or target, by {@link #direction()}
     * @return bytes moved; less than asked for when the terminal count came, 0 when not {@link #ready()}
     */
    int transfer(byte[] buffer, int from, int length);

    /** Raises or lowers the request line, as the guest sees it in the status register. */
    void request(boolean high);

    /** Called when the guest makes the channel {@link #ready()}. */
    void onReady(Runnable listener);
}
