package org.margay.rtl8139.internal;

import java.util.Arrays;
import java.util.zip.CRC32;

/** The frame check sequence, which frames do not have on their way but guests see (IEEE 802.3, 3.2.9). */
final class CheckSequence {
    static final int LENGTH = 4;

    private CheckSequence() {}

    static byte[] append(byte[] frame) {
        CRC32 crc = new CRC32();
        crc.update(frame);
        byte[] whole = Arrays.copyOf(frame, frame.length + LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            whole[frame.length + i] = (byte) (crc.getValue() >>> (8 * i));
        }
        return whole;
    }
}
