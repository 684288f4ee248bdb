package org.margay.firmware.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow as they are written, little-endian, as tables of a PC are. */
public final class Blob {
    private byte[] bytes = new byte[256];
    private int size;

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private int grow(int count) {
        int at = size;
        size += count;
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
        }
        return at;
    }

    /** Appends a number of 1 to 8 bytes. */
    public Blob number(long value, int width) {
        int at = grow(width);
        set(at, value, width);
        return this;
    }

    public Blob u8(int value) {
        return number(value, 1);
    }

    public Blob u16(int value) {
        return number(value, 2);
    }

    public Blob u32(long value) {
        return number(value, 4);
    }

    public Blob u64(long value) {
        return number(value, 8);
    }

    /** Appends bytes. */
    public Blob bytes(byte... more) {
        int at = grow(more.length);
        System.arraycopy(more, 0, bytes, at, more.length);
        return this;
    }

    /** Appends ASCII text, filled up or cut to a width. */
    public Blob text(String text, int width, char fill) {
        for (int i = 0; i < width; i++) {
            u8(i < text.length() ? text.charAt(i) : fill);
        }
        return this;
    }

    /** Appends UTF-8 text and a zero byte. */
    public Blob zeroEnded(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8)).u8(0);
    }

    public Blob zeros(int count) {
        grow(count);
        return this;
    }

    /** Fills with zeros up to a multiple of a power of two. */
    public Blob align(int alignment) {
        return zeros(-size & alignment - 1);
    }

    /** Overwrites a number. */
    public void set(int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Reads a number. */
    public long get(int at, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[at + i] & 0xFFL) << (8 * i);
        }
        return value;
    }

    /** Sets a byte so that the sum of a range is 0. */
    public void checksum(int at, int from, int length) {
        bytes[at] = 0;
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[from + i];
        }
        bytes[at] = (byte) -sum;
    }
}
