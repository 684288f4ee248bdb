package org.margay.netdev.user.internal.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.margay.netdev.user.internal.tcp.TcpConnection.Awaited;

/**
 * What flows from the host to the guest: it reads what both sides allow, cuts it into segments, keeps them until they are
 * acknowledged, and sends again what was lost.
 */
final class Outflow implements AutoCloseable {
    /** Segments sent of what is read at once, so that the queue of the wire holds them. */
    private static final int BURST = 64;

    /** Bytes under way that every connection may have, and one that needs more, if there is memory. */
    private static final int SMALL_FLIGHT = 64 << 10;

    private static final int LARGE_FLIGHT = 1 << 20;

    private final TcpConnection connection;
    private final TcpStack stack;
    private final Flow flow;
    private final SendHalf send;
    private final RoundTrip roundTrip = new RoundTrip();
    private Congestion congestion;
    private int mss;
    private int flightLimit = SMALL_FLIGHT;
    /** The host may have something to read, as far as is known. */
    private boolean hostReadable;

    private boolean pumping;

    /** @param mss until another one is agreed on */
    Outflow(TcpConnection connection, TcpStack stack, Flow flow, SendHalf send, int mss) {
        this.connection = connection;
        this.stack = stack;
        this.flow = flow;
        this.send = send;
        this.mss = mss;
        congestion = new Congestion(mss, send.una());
    }

    /** How large segments may be; before any data are sent. */
    void agree(int segmentSize) {
        mss = segmentSize;
        congestion = new Congestion(segmentSize, send.una());
    }

    /** How long to wait for an acknowledgment. */
    long timeout() {
        return roundTrip.timeout();
    }

    /** No acknowledgment came in time: the next is waited for longer. */
    void backOff() {
        roundTrip.backOff();
        roundTrip.resent();
    }

    /**
     * Takes an acknowledgment.
     *
     * @param guestWindow scaled
     * @return false when it is for what was never sent
     */
    boolean acknowledged(Segment segment, int guestWindow) {
        int before = send.una();
        boolean again = false;
        switch (send.acknowledge(segment, guestWindow)) {
            case IMPOSSIBLE -> {
                return false;
            }
            case NONE -> {}
            case DUPLICATE -> again = congestion.duplicate(send.una(), send.nxt());
            case PROGRESS -> {
                roundTrip.acknowledged(send.una(), stack.clock().nanos());
                again = congestion.acknowledged(send.una(), send.una() - before, send.flight());
                connection.await(send.flight() > 0 ? Awaited.ACKNOWLEDGMENT : Awaited.LIFE);
            }
        }
        if (again) {
            sendAgain(send.una());
        }
        return true;
    }

    /** All that is under way is taken for lost. */
    void rewind() {
        congestion.timeout(send.una(), send.nxt());
        send.rewind();
        pump();
    }

    /** The host has something to read. */
    void readable() {
        hostReadable = true;
        pump();
    }

    /** Moves what both sides allow. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            boolean more = true;
            while (more && connection.isOpen()) {
                more = send.sendsAgain() ? pumpAgain() : pumpOnce();
            }
        } finally {
            pumping = false;
        }
    }

    /** Sends again one piece of what was lost; false when it must wait. */
    private boolean pumpAgain() {
        SendHalf.Sent piece = send.nextAgain();
        int length = piece == null ? 1 : piece.length();
        if (waitsForWire() || (send.againOffset() > 0 && send.againOffset() + length > congestion.window())) {
            return false;
        }
        int seq = send.una() + send.againOffset();
        send.sentAgain(length);
        sendAgain(seq);
        return true;
    }

    /** Reads and sends once; false when one of the sides must be waited for. */
    private boolean pumpOnce() {
        if (!hostReadable || send.finSent() || waitsForWire()) {
            return false;
        }
        int room = Math.min(send.windowRoom(), Math.min(congestion.window(), flightLimit()) - send.flight());
        if (!send.worthwhile(room, mss)) {
            if (send.flight() == 0 && !connection.awaits(Awaited.WINDOW)) {
                connection.await(Awaited.WINDOW);
            }
            return false;
        }
        if (connection.awaits(Awaited.WINDOW)) {
            connection.await(Awaited.LIFE);
        }
        try {
            return move(room);
        } catch (IOException _) {
            connection.reset();
            return false;
        }
    }

    /** Reads as much as there is room for, and sends it; false when the host has no more now. */
    private boolean move(int room) throws IOException {
        int largest = stack.writer().largest(flow, mss);
        ByteBuffer buffer = stack.buffer();
        int limit = Math.min(buffer.capacity(), Math.min(room, BURST * largest));
        // Whole segments, so that a small one is only the last of what there is.
        buffer.clear().limit(limit < mss ? limit : limit - limit % mss);
        HostStream host = connection.host();
        if (host.read(buffer) < 0) {
            sendFin();
            return false;
        }
        boolean more = !buffer.hasRemaining();
        if (!more) {
            hostReadable = false;
            host.awaitReadable();
        }
        sendData(buffer.flip(), largest);
        return more;
    }

    private boolean waitsForWire() {
        if (stack.wire().congested()) {
            stack.wire().await(connection);
            return true;
        }
        return false;
    }

    private int flightLimit() {
        if (flightLimit == SMALL_FLIGHT
                && send.flight() >= SMALL_FLIGHT / 2
                && stack.budget().take(LARGE_FLIGHT - SMALL_FLIGHT)) {
            flightLimit = LARGE_FLIGHT;
        }
        return flightLimit;
    }

    /** Cuts what was read into frames; a frame's array is the only copy of its data. */
    private void sendData(ByteBuffer data, int largest) {
        int offset = stack.writer().dataOffset(flow);
        while (data.hasRemaining() && connection.isOpen()) {
            int length = Math.min(data.remaining(), largest);
            byte[] frame = new byte[offset + length];
            data.get(frame, offset, length);
            int seq = send.nxt();
            awaitIfIdle();
            send.sent(new SendHalf.Sent(seq, frame, offset, length));
            roundTrip.sent(send.nxt(), stack.clock().nanos());
            connection.transmit(seq, data.hasRemaining() ? Segment.ACK : Segment.ACK | Segment.PSH, frame);
        }
    }

    /** Something is sent: from the first on, an acknowledgment is waited for. */
    private void awaitIfIdle() {
        if (send.flight() == 0) {
            connection.await(Awaited.ACKNOWLEDGMENT);
        }
    }

    /** The host sends no more. */
    private void sendFin() {
        awaitIfIdle();
        int seq = send.nxt();
        send.markFin();
        connection.hostEnded();
        connection.transmit(seq, Segment.FIN | Segment.ACK);
    }

    /** Sends data or FIN again; the old frame may still be on its way, so that this is another one. */
    private void sendAgain(int seq) {
        roundTrip.resent();
        SendHalf.Sent piece = send.from(seq);
        if (piece != null) {
            int offset = stack.writer().dataOffset(flow);
            byte[] frame = new byte[offset + piece.length()];
            System.arraycopy(piece.frame(), piece.offset(), frame, offset, piece.length());
            connection.transmit(seq, Segment.ACK | Segment.PSH, frame);
        } else if (send.finSent() && seq == send.nxt() - 1) {
            connection.transmit(seq, Segment.FIN | Segment.ACK);
        }
    }

    @Override
    public void close() {
        send.clear();
        if (flightLimit == LARGE_FLIGHT) {
            stack.budget().giveBack(LARGE_FLIGHT - SMALL_FLIGHT);
            flightLimit = SMALL_FLIGHT;
        }
    }
}
