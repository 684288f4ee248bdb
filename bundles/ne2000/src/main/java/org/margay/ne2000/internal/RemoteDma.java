package org.margay.ne2000.internal;

/**
 * How the guest reaches the buffer memory: a window of one port that moves by itself, around the receive ring's end
 * (DP8390D data sheet, "Remote DMA").
 */
final class RemoteDma {
    /** Registers: current address, bytes that are left. */
    record State(int address, int count) {
        State {
            if ((address | count) >>> 16 != 0) {
                throw new IllegalArgumentException("NE2000 remote DMA");
            }
        }
    }

    private final BufferMemory memory;
    private int address;
    private int count;

    RemoteDma(BufferMemory memory) {
        this.memory = memory;
    }

    int address() {
        return address;
    }

    void setAddress(int value) {
        address = value;
    }

    int count() {
        return count;
    }

    void setCount(int value) {
        count = value;
    }

    /**
     * Reads some bytes as far as they are left, the first lowest.
     *
     * @param used how many come out of the memory
     * @param first page of the ring
     * @param stop page behind the ring
     */
    long read(int used, int first, int stop) {
        long value = -1;
        for (int i = 0; i < used && count > 0; i++) {
            value = value & ~(0xFFL << (8 * i)) | (long) memory.read(address) << (8 * i);
            advance(first, stop);
        }
        return value;
    }

    /** Writes some bytes as far as there is room for them. */
    void write(long value, int used, int first, int stop) {
        for (int i = 0; i < used && count > 0; i++) {
            memory.write(address, (int) (value >>> (8 * i)));
            advance(first, stop);
        }
    }

    private void advance(int first, int stop) {
        count--;
        address = address + 1 & 0xFFFF;
        if (address == stop << 8) {
            address = first << 8;
        }
    }

    State save() {
        return new State(address, count);
    }

    void restore(State state) {
        address = state.address;
        count = state.count;
    }
}
