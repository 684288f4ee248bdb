package org.margay.machine.debug;

/**
 * Memory whose accesses stop a vCPU.
 *
 * @param address linear, of the first byte
 * @param length bytes, positive
 */
public record Watchpoint(long address, long length, Access access) {
    /** Which accesses. */
    public enum Access {
        READ,
        WRITE,
        ANY
    }

    public Watchpoint {
        if (length <= 0) {
            throw new IllegalArgumentException("watchpoint of %d bytes".formatted(length));
        }
    }

    /** Whether an access concerns it. */
    public boolean sees(long linear, int size, boolean write) {
        return access != (write ? Access.READ : Access.WRITE)
                && Long.compareUnsigned(linear, address + length) < 0
                && Long.compareUnsigned(address, linear + size) < 0;
    }

    /** Whether it has a part in a range of addresses. */
    public boolean overlaps(long linear, long size) {
        return Long.compareUnsigned(linear, address + length) < 0 && Long.compareUnsigned(address, linear + size) < 0;
    }
}
