package org.margay.netdev.user.internal.tcp;

import java.io.IOException;

/**
 * What comes from the guest (RFC 9293, 3.3.1: the receive sequence space). Data in order go to the host at once; what the host does
 * not take waits here, as far as the window that the guest was told reaches.
 */
final class ReceiveHalf implements AutoCloseable {
    /** What every connection may have waiting: as much as a window without scaling. */
    private static final int SMALL = 0xFFFF;

    /** What a connection may have waiting once it has moved much, if there is memory. */
    private static final int LARGE = 1 << 20;

    /** Shift of the windows that are sent: {@link #LARGE} fits. */
    static final int SCALE = 5;

    private final Budget budget;
    private final EarlyData early = new EarlyData();
    private final ByteQueue waiting = new ByteQueue();
    private int capacity = SMALL;
    private int scale;
    private int mss = 1;
    private int next;
    /** Behind the last byte that the guest may send. */
    private int edge;

    private long total;
    private boolean finKnown;
    private int finAt;
    private boolean finReached;

    ReceiveHalf(Budget budget) {
        this.budget = budget;
    }

    /** The guest's SYN came. */
    void open(int first) {
        next = first;
        edge = first + SMALL;
    }

    /**
     * What was agreed on.
     *
     * @param windowScale shift of the windows that are sent, 0 when the guest does not scale
     */
    void agree(int windowScale, int segmentSize) {
        scale = windowScale;
        mss = segmentSize;
    }

    int next() {
        return next;
    }

    /** All up to the guest's FIN has come. */
    boolean finReached() {
        return finReached;
    }

    /** Whether segments came whose predecessors are missing. */
    boolean hasGap() {
        return !early.isEmpty();
    }

    /** Whether the host has taken all that came. */
    boolean delivered() {
        return waiting.size() == 0;
    }

    /** Whether a segment lies at least partly in the window (RFC 9293, 3.10.7.4); one without data may stand at its end. */
    boolean accepts(Segment segment) {
        int seq = segment.seq();
        int length = segment.sequenceLength();
        if (length == 0) {
            return !Seq.before(seq, next) && !Seq.after(seq, edge);
        }
        return Seq.before(seq, edge) && Seq.after(seq + length, next);
    }

    /**
     * Takes what is new of a segment's data, and its FIN.
     *
     * @return how many bytes of the sequence space came in order
     */
    int take(Segment segment, ByteQueue.Sink host) throws IOException {
        int before = next;
        int seq = Seq.max(segment.seq(), next);
        int segmentEnd = segment.seq() + segment.length();
        int end = Seq.after(segmentEnd, edge) ? edge : segmentEnd;
        int offset = segment.data() + (seq - segment.seq());
        if (segment.fin() && Seq.before(segmentEnd, edge)) {
            finKnown = true;
            finAt = segmentEnd;
        }
        if (Seq.before(seq, end)) {
            byte[] bytes = segment.datagram().bytes();
            if (seq != next) {
                early.add(seq, bytes, offset, end - seq);
            } else {
                deliver(bytes, offset, end - seq, host);
                joinEarly(host);
            }
        }
        if (finKnown && !finReached && next == finAt) {
            finReached = true;
            next++;
        }
        return next - before;
    }

    private void joinEarly(ByteQueue.Sink host) throws IOException {
        for (EarlyData.Piece piece = early.take(next); piece != null; piece = early.take(next)) {
            int skip = next - piece.seq();
            deliver(piece.bytes(), skip, piece.bytes().length - skip, host);
        }
    }

    private void deliver(byte[] bytes, int offset, int length, ByteQueue.Sink host) throws IOException {
        if (finReached) {
            return;
        }
        next += length;
        total += length;
        int taken = delivered() ? host.write(bytes, offset, length) : 0;
        waiting.add(bytes, offset + taken, length - taken);
        if (capacity == SMALL && scale > 0 && total >= SMALL && budget.take(LARGE - SMALL)) {
            capacity = LARGE;
        }
    }

    /** Gives the host what it has not taken yet, as much as it takes now. */
    void drain(ByteQueue.Sink host) throws IOException {
        waiting.drain(host);
    }

    /** Whether the window would grow so much that the guest should be told (RFC 9293, 3.8.6.2.2). */
    boolean windowGrew() {
        return room() - (edge - next) >= Math.min(capacity / 2, 2 * mss);
    }

    private int room() {
        return capacity - waiting.size();
    }

    /** The window to be sent now; what the guest was told before is never taken back. */
    int window() {
        if (room() - (edge - next) >= Math.min(capacity / 2, mss)) {
            edge = next + room();
        }
        int shown = Math.min((Math.max(edge - next, 0) + (1 << scale) - 1) >> scale, 0xFFFF);
        edge = Seq.max(edge, next + (shown << scale));
        return shown;
    }

    /** The window of a SYN, which is not scaled. */
    int synWindow() {
        return SMALL;
    }

    @Override
    public void close() {
        if (capacity == LARGE) {
            budget.giveBack(LARGE - SMALL);
            capacity = SMALL;
        }
    }
}
