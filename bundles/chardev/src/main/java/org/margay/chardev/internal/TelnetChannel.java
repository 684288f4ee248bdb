package org.margay.chardev.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * Telnet (RFC 854) for raw bytes: asks the client for character mode (ECHO, RFC 857; SUPPRESS-GO-AHEAD, RFC 858) and binary
 * transmission (RFC 856), takes commands out of the input, doubles IAC in the output.
 */
final class TelnetChannel implements ByteChannel {
    private static final int IAC = 255;
    private static final int DO = 253;
    private static final int WILL = 251;
    private static final int SB = 250;
    private static final int SE = 240;
    private static final int BINARY = 0;
    private static final int ECHO = 1;
    private static final int SUPPRESS_GO_AHEAD = 3;

    private enum Input {
        DATA,
        COMMAND,
        OPTION,
        SUBNEGOTIATION,
        SUBNEGOTIATION_COMMAND
    }

    private final ByteChannel socket;
    private Input state = Input.DATA;

    /** Set until the offer, made of commands, has passed unchanged. */
    private int raw;

    TelnetChannel(ByteChannel socket) {
        this.socket = socket;
    }

    /** Has the stream begin with what we ask of the client. */
    void offer(PeerStream stream) {
        byte[] offer = {
            (byte) IAC,
            (byte) WILL,
            ECHO,
            (byte) IAC,
            (byte) WILL,
            SUPPRESS_GO_AHEAD,
            (byte) IAC,
            (byte) WILL,
            BINARY,
            (byte) IAC,
            (byte) DO,
            BINARY
        };
        raw = offer.length;
        stream.write(offer, 0, offer.length);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = socket.read(target);
        if (count <= 0) {
            return count;
        }
        int kept = start;
        for (int i = start; i < start + count; i++) {
            int c = target.get(i) & 0xff;
            if (isData(c)) {
                target.put(kept++, (byte) c);
            }
        }
        target.position(kept);
        return kept - start;
    }

    private boolean isData(int c) {
        switch (state) {
            case DATA -> {
                if (c != IAC) {
                    return true;
                }
                state = Input.COMMAND;
            }
            case COMMAND -> {
                state = c == SB ? Input.SUBNEGOTIATION : c >= WILL && c < IAC ? Input.OPTION : Input.DATA;
                return c == IAC;
            }
            case OPTION -> state = Input.DATA;
            case SUBNEGOTIATION -> state = c == IAC ? Input.SUBNEGOTIATION_COMMAND : state;
            case SUBNEGOTIATION_COMMAND -> state = c == SE ? Input.DATA : Input.SUBNEGOTIATION;
        }
        return false;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        ByteBuffer escaped = ByteBuffer.allocate(count * 2);
        while (source.hasRemaining()) {
            byte b = source.get();
            escaped.put(b);
            if (raw > 0) {
                raw--;
            } else if ((b & 0xff) == IAC) {
                escaped.put(b);
            }
        }
        escaped.flip();
        while (escaped.hasRemaining()) {
            socket.write(escaped);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
