package org.margay.netdev.user.internal.tcp;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the guest (RFC 9293, 3.3.1: the send sequence space). Bytes are only read from the host when they can be sent at
 * once, so that there is never a queue of what was not sent; the frames that were sent are kept as they are until the guest has
 * acknowledged them.
 */
final class SendHalf {
    /** What an acknowledgment says. */
    enum News {
        /** Something else. */
        NONE,
        /** Again what was said before: a later segment came without the one in front. */
        DUPLICATE,
        /** Bytes were acknowledged. */
        PROGRESS,
        /** What was never sent. */
        IMPOSSIBLE
    }

    /** Data of a frame that was sent. */
    record Sent(int seq, byte[] frame, int offset, int length) {
        int end() {
            return seq + length;
        }
    }

    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    /** The first sequence number that is not acknowledged. */
    private int una;
    /** The next one to be sent for the first time. */
    private int nxt;
    /** The next one to be sent again, or {@link #nxt}. */
    private int again;

    private int window;
    private int largestWindow;
    /** Sequence and acknowledgment number of the segment that gave the window. */
    private int windowSeq;

    private int windowAck;
    private boolean finSent;

    SendHalf(int initialSequence) {
        una = initialSequence;
        nxt = initialSequence;
        again = initialSequence;
    }

    int una() {
        return una;
    }

    int nxt() {
        return nxt;
    }

    /** What is under way, a SYN or FIN counted. */
    int flight() {
        return nxt - una;
    }

    boolean finSent() {
        return finSent;
    }

    boolean finAcknowledged() {
        return finSent && una == nxt;
    }

    /** The guest's first window. */
    void open(Segment segment, int guestWindow) {
        windowSeq = segment.seq();
        windowAck = segment.hasAck() ? segment.ack() : una;
        window = guestWindow;
        largestWindow = guestWindow;
    }

    /** A SYN was sent. */
    void synSent() {
        nxt = una + 1;
        again = nxt;
    }

    /** Our SYN was acknowledged. */
    void synAcknowledged() {
        una = nxt;
    }

    /** A FIN was sent. */
    void markFin() {
        finSent = true;
        nxt++;
        again = nxt;
    }

    void sent(Sent data) {
        unacknowledged.add(data);
        nxt = data.end();
        again = nxt;
    }

    /**
     * Takes the acknowledgment and window of a segment.
     *
     * @param guestWindow scaled
     */
    News acknowledge(Segment segment, int guestWindow) {
        int ack = segment.ack();
        if (Seq.after(ack, nxt)) {
            return News.IMPOSSIBLE;
        }
        boolean sameWindow = guestWindow == window;
        if (Seq.before(windowSeq, segment.seq()) || (windowSeq == segment.seq() && !Seq.after(windowAck, ack))) {
            windowSeq = segment.seq();
            windowAck = ack;
            window = guestWindow;
            largestWindow = Math.max(largestWindow, guestWindow);
        }
        if (Seq.after(ack, una)) {
            una = ack;
            again = Seq.max(again, una);
            while (!unacknowledged.isEmpty()
                    && !Seq.after(unacknowledged.getFirst().end(), una)) {
                unacknowledged.removeFirst();
            }
            return News.PROGRESS;
        }
        return ack == una && flight() > 0 && sameWindow && segment.sequenceLength() == 0 ? News.DUPLICATE : News.NONE;
    }

    /** Bytes that the guest's window has room for. */
    int windowRoom() {
        return Math.max(0, una + window - nxt);
    }

    /** Whether so much room is worth a segment while others are under way (RFC 9293, 3.8.6.2.1). */
    boolean worthwhile(int room, int mss) {
        return room > 0 && (flight() == 0 || room >= Math.min(mss, largestWindow / 2));
    }

    /** All that is under way is to be sent again. */
    void rewind() {
        again = una;
    }

    /** Whether there is something to be sent again. */
    boolean sendsAgain() {
        return again != nxt;
    }

    /** How far the next piece to be sent again is from what is acknowledged. */
    int againOffset() {
        return again - una;
    }

    /** A piece was sent again. */
    void sentAgain(int length) {
        again += length;
    }

    /** The data from a sequence number to the end of the frame that they were sent in; null for the FIN. */
    @Nullable
    Sent from(int seq) {
        for (Sent sent : unacknowledged) {
            if (Seq.after(sent.end(), seq)) {
                int skip = seq - sent.seq;
                return new Sent(seq, sent.frame, sent.offset + skip, sent.length - skip);
            }
        }
        return null;
    }

    /** The next piece to be sent again. */
    @Nullable
    Sent nextAgain() {
        return from(again);
    }

    /** Frees what is kept. */
    void clear() {
        unacknowledged.clear();
    }
}
