package org.margay.ide.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a reply to a packet command, written in order; numbers are big-endian. */
final class Reply {
    private byte[] bytes = new byte[64];
    private int size;

    Reply u8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
        return this;
    }

    Reply u8s(int... values) {
        for (int value : values) {
            u8(value);
        }
        return this;
    }

    Reply u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    Reply u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    Reply zeros(int count) {
        for (int i = 0; i < count; i++) {
            u8(0);
        }
        return this;
    }

    /** A text filled up with blanks, or cut. */
    Reply text(String text, int length) {
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < length; i++) {
            u8(i < characters.length ? characters[i] : ' ');
        }
        return this;
    }

    Reply append(Reply other) {
        for (int i = 0; i < other.size; i++) {
            u8(other.bytes[i]);
        }
        return this;
    }

    int size() {
        return size;
    }

    /** Puts the number of bytes that follow the field into it. */
    byte[] withLength(int fieldSize) {
        byte[] all = toBytes();
        int value = size - fieldSize;
        for (int i = fieldSize - 1; i >= 0; i--) {
            all[i] = (byte) value;
            value >>>= 8;
        }
        return all;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
