package org.margay.net;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.margay.machine.property.PropertyType;

/**
 * A 48-bit IEEE 802 address.
 *
 * @param value the first octet in bits 47-40
 */
@PropertyType("macaddr")
public record MacAddress(long value) {
    /** Bytes. */
    public static final int LENGTH = 6;

    public static final MacAddress BROADCAST = new MacAddress(0xFFFF_FFFF_FFFFL);

    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");

    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("%#x is no 48-bit address".formatted(value));
        }
    }

    /**
     * Reads "52:54:00:12:34:56".
     *
     * @throws IllegalArgumentException when it is none
     */
    public static MacAddress parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'%s' is no MAC address".formatted(text));
        }
        return new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16));
    }

    /** Reads six bytes, as they stand in a frame. */
    public static MacAddress of(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < LENGTH; i++) {
            value = value << 8 | (bytes[offset + i] & 0xFF);
        }
        return new MacAddress(value);
    }

    /** Six bytes, as they stand in a frame. */
    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (value >>> (40 - 8 * i));
        }
        return bytes;
    }

    /** A group address: multicast or broadcast. */
    public boolean isGroup() {
        return (value >>> 40 & 1) != 0;
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(Arrays.copyOf(bytes(), LENGTH));
    }
}
