package org.margay.gdbstub.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.margay.chardev.Chardev;

/** Frames what is said to gdb, and keeps what the chardev does not take at once. Under the machine lock. */
final class PacketWriter {
    private static final int ESCAPE_FLIP = 0x20;

    private final Chardev chardev;
    private byte[] waiting = new byte[0];
    private byte[] last = new byte[0];

    PacketWriter(Chardev chardev) {
        this.chardev = chardev;
    }

    /** Sends a packet; characters are bytes, those with a meaning to frames are escaped. */
    void send(String packet) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(packet.length() + 4);
        frame.write('$');
        int sum = 0;
        for (int i = 0; i < packet.length(); i++) {
            int octet = packet.charAt(i);
            if (octet == '#' || octet == '$' || octet == '}' || octet == '*') {
                frame.write('}');
                sum += '}';
                octet ^= ESCAPE_FLIP;
            }
            frame.write(octet);
            sum += octet;
        }
        frame.writeBytes(("#" + HexFormat.of().toHexDigits((byte) sum)).getBytes(StandardCharsets.US_ASCII));
        last = frame.toByteArray();
        write(last);
    }

    void sendAgain() {
        write(last);
    }

    void acknowledge(boolean understood) {
        write(new byte[] {(byte) (understood ? '+' : '-')});
    }

    /** Another gdb comes: what the former one has not read is not for it. */
    void reset() {
        waiting = new byte[0];
        last = new byte[0];
    }

    private void write(byte[] bytes) {
        byte[] all = new byte[waiting.length + bytes.length];
        System.arraycopy(waiting, 0, all, 0, waiting.length);
        System.arraycopy(bytes, 0, all, waiting.length, bytes.length);
        waiting = all;
        flush();
    }

    /** Hands on as much as the chardev takes. */
    void flush() {
        int taken = chardev.write(waiting, 0, waiting.length);
        byte[] rest = new byte[waiting.length - taken];
        System.arraycopy(waiting, taken, rest, 0, rest.length);
        waiting = rest;
    }
}
