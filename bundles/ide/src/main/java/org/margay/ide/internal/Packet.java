package org.margay.ide.internal;

/** The twelve bytes of a packet command; numbers are big-endian. */
record Packet(byte[] bytes) {
    static final int SIZE = 12;

    Packet {
        bytes = bytes.clone();
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("packet of %d bytes".formatted(bytes.length));
        }
    }

    int code() {
        return u8(0);
    }

    int u8(int index) {
        return bytes[index] & 0xFF;
    }

    int u16(int index) {
        return u8(index) << 8 | u8(index + 1);
    }

    int u24(int index) {
        return u8(index) << 16 | u16(index + 1);
    }

    /** As an unsigned number. */
    long u32(int index) {
        return (long) u16(index) << 16 | u16(index + 2);
    }

    boolean bit(int index, int number) {
        return (bytes[index] >> number & 1) != 0;
    }
}
