package org.margay.ide.internal;

import java.nio.charset.StandardCharsets;

/** A page of 256 words, as IDENTIFY DEVICE returns it (ATA/ATAPI-6, clause 8.15). */
final class IdentifyPage {
    static final int SIZE = 512;

    private static final int SIGNATURE = 0xA5;

    private final byte[] bytes = new byte[SIZE];

    IdentifyPage word(int index, int value) {
        bytes[2 * index] = (byte) value;
        bytes[2 * index + 1] = (byte) (value >>> 8);
        return this;
    }

    /** A number of two words, the low one first. */
    IdentifyPage doubleWord(int index, long value) {
        return word(index, (int) value & 0xFFFF).word(index + 1, (int) (value >>> 16) & 0xFFFF);
    }

    /** A number of four words, the low one first. */
    IdentifyPage quadWord(int index, long value) {
        return doubleWord(index, value).doubleWord(index + 2, value >>> 32);
    }

    /** A text, two characters in a word, the first one in its high byte, filled up with blanks. */
    IdentifyPage text(int index, int words, String text) {
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 2 * words; i++) {
            bytes[2 * index + (i ^ 1)] = i < characters.length ? characters[i] : (byte) ' ';
        }
        return this;
    }

    /** The page with the integrity word, which makes the sum of all bytes zero. */
    byte[] finish() {
        bytes[SIZE - 2] = (byte) SIGNATURE;
        bytes[SIZE - 1] = 0;
        int sum = 0;
        for (byte each : bytes) {
            sum += each;
        }
        bytes[SIZE - 1] = (byte) -sum;
        return bytes;
    }
}
