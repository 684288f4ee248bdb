package org.margay.gdbstub.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Takes the byte stream of gdb apart (appendix E.1): packets, acknowledgements, the interrupt byte. */
final class PacketReader {
    /** Who takes what was read. */
    interface Listener {
        /** @param packet content without frame, unescaped, one character a byte */
        void packet(String packet);

        /** A packet whose checksum is wrong. */
        void garbled();

        /** gdb did not understand the last packet. */
        void askedAgain();

        /** Ctrl-C was pressed in gdb. */
        void interrupt();
    }

    /** Longest packet that is taken; {@link #LARGEST_PACKET} of it is what gdb is told. */
    private static final int LIMIT = 0x4000;

    /** What gdb may send, in bytes. */
    static final int LARGEST_PACKET = 0x3000;

    private static final byte INTERRUPT = 3;
    private static final int ESCAPE_FLIP = 0x20;

    private enum State {
        OUTSIDE,
        CONTENT,
        ESCAPED,
        SUM_HIGH,
        SUM_LOW
    }

    private final Listener listener;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private State state = State.OUTSIDE;
    private int sum;
    private int high;

    PacketReader(Listener listener) {
        this.listener = listener;
    }

    /** Forgets what was begun: another gdb comes. */
    void reset() {
        state = State.OUTSIDE;
    }

    void read(byte[] bytes) {
        for (byte octet : bytes) {
            read(octet);
        }
    }

    private void read(byte octet) {
        switch (state) {
            case OUTSIDE -> outside(octet);
            case CONTENT -> content(octet);
            case ESCAPED -> {
                sum += octet;
                add(octet ^ ESCAPE_FLIP);
                state = State.CONTENT;
            }
            case SUM_HIGH -> {
                high = Character.digit(octet, 16);
                state = State.SUM_LOW;
            }
            case SUM_LOW -> {
                state = State.OUTSIDE;
                int low = Character.digit(octet, 16);
                if (high < 0 || low < 0 || (high << 4 | low) != (sum & 0xFF) || content.size() > LIMIT) {
                    listener.garbled();
                } else {
                    listener.packet(content.toString(StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    private void outside(byte octet) {
        switch (octet) {
            case '$' -> {
                content.reset();
                sum = 0;
                state = State.CONTENT;
            }
            case '-' -> listener.askedAgain();
            case INTERRUPT -> listener.interrupt();
            default -> {}
        }
    }

    private void content(byte octet) {
        switch (octet) {
            case '#' -> state = State.SUM_HIGH;
            case '}' -> {
                sum += octet;
                state = State.ESCAPED;
            }
            default -> {
                sum += octet;
                add(octet);
            }
        }
    }

    /** Beyond the limit the rest is only counted: the packet is refused at its end. */
    private void add(int octet) {
        if (content.size() <= LIMIT) {
            content.write(octet);
        }
    }
}
