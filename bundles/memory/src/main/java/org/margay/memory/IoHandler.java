package org.margay.memory;

/**
 * The registers behind a range of guest-physical addresses or I/O ports. Called under the machine lock. Neither method may
 * throw on any offset, size or value: the guest is hostile.
 */
public interface IoHandler {
    /**
     * Reads a register.
     *
     * @param offset bytes from the start of the region
     * @param size 1, 2, 4 or 8 bytes, within what the region's {@link AccessSizes} allow
     * @return the value; bits above the size are ignored
     */
    long read(long offset, int size);

    /**
     * Writes a register.
     *
     * @param offset bytes from the start of the region
     * @param size 1, 2, 4 or 8 bytes, within what the region's {@link AccessSizes} allow
     * @param value the value; bits above the size are zero
     */
    void write(long offset, int size, long value);
}
