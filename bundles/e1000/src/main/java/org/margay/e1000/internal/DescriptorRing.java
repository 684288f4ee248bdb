package org.margay.e1000.internal;

/**
 * A ring of descriptors in guest memory, as five registers say (8254x manual, sections 3.2.6 and 3.4): the chip works from head to
 * tail, the driver adds at the tail.
 */
final class DescriptorRing implements RegisterBlock {
    /** Bytes of a descriptor. */
    static final int DESCRIPTOR = 16;

    /** Offsets from the first of the registers. */
    static final int LENGTH = 0x08;

    static final int HEAD = 0x10;
    static final int TAIL = 0x18;

    private static final int BASE_LOW = 0x00;
    private static final int BASE_HIGH = 0x04;

    private static final long BASE_MASK = ~0xFL;
    private static final int LENGTH_MASK = 0xF_FF80;

    /**
     * The registers.
     *
     * @param length in bytes
     */
    record State(long base, int length, int head, int tail) {
        State {
            if ((base & ~BASE_MASK) != 0 || (length & ~LENGTH_MASK) != 0 || (head | tail) >>> 16 != 0) {
                throw new IllegalArgumentException("descriptor ring out of range");
            }
        }
    }

    private long base;
    private int length;
    private int head;
    private int tail;

    @Override
    public int read(int offset) {
        return switch (offset) {
            case BASE_LOW -> (int) base;
            case BASE_HIGH -> (int) (base >>> 32);
            case LENGTH -> length;
            case HEAD -> head;
            case TAIL -> tail;
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int value) {
        switch (offset) {
            case BASE_LOW -> base = base & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL & BASE_MASK;
            case BASE_HIGH -> base = base & 0xFFFF_FFFFL | (long) value << 32;
            case LENGTH -> length = value & LENGTH_MASK;
            case HEAD -> head = value & 0xFFFF;
            case TAIL -> tail = value & 0xFFFF;
            default -> {}
        }
    }

    /** Descriptors in the ring. */
    int size() {
        return length / DESCRIPTOR;
    }

    /** Descriptors that are the chip's: none as well when head or tail lie outside of the ring. */
    int available() {
        int size = size();
        if (head >= size || tail >= size) {
            return 0;
        }
        return tail >= head ? tail - head : size - head + tail;
    }

    /** Guest-physical address of the next descriptor. */
    long address() {
        return base + (long) head * DESCRIPTOR;
    }

    /** The descriptor is done with. */
    void advance() {
        head = head + 1 >= size() ? 0 : head + 1;
    }

    void reset() {
        base = 0;
        length = 0;
        head = 0;
        tail = 0;
    }

    State save() {
        return new State(base, length, head, tail);
    }

    void restore(State state) {
        base = state.base;
        length = state.length;
        head = state.head;
        tail = state.tail;
    }
}
