package org.margay.netdev.user.internal.tcp;

/**
 * How much may be under way to a guest: slow start, congestion avoidance, fast retransmit (RFC 5681), and fast recovery (RFC 6582).
 * There is no router in between, so that it starts with as much as a window without scaling; it only shrinks when a guest or hub
 * loses frames.
 */
final class Congestion {
    private static final int INITIAL = 64 << 10;
    private static final int MAXIMUM = 4 << 20;

    /** Duplicate acknowledgments that are taken for a loss. */
    private static final int DUPLICATES = 3;

    private final int mss;
    private int window = INITIAL;
    private int threshold = MAXIMUM;
    private int duplicates;
    private boolean recovering;
    /** What was sent when the last loss was seen. */
    private int recover;

    /** @param recover the initial sequence number */
    Congestion(int mss, int recover) {
        this.mss = mss;
        this.recover = recover;
    }

    /** Bytes. */
    int window() {
        return window;
    }

    /**
     * An acknowledgment came that says nothing new.
     *
     * @param una the first byte that is not acknowledged
     * @param nxt the next byte to be sent
     * @return whether the segment at una is to be sent again now
     */
    boolean duplicate(int una, int nxt) {
        duplicates++;
        if (recovering) {
            grow(mss);
            return false;
        }
        if (duplicates < DUPLICATES || !Seq.after(una, recover)) {
            return false;
        }
        halve(nxt - una);
        window = threshold + DUPLICATES * mss;
        recovering = true;
        recover = nxt;
        return true;
    }

    /**
     * Bytes were acknowledged.
     *
     * @param una the first byte that is not acknowledged now
     * @param bytes how many were
     * @param flight how many are still under way
     * @return whether the segment at una is to be sent again now
     */
    boolean acknowledged(int una, int bytes, int flight) {
        duplicates = 0;
        if (!recovering) {
            grow(window < threshold ? bytes : Math.max(1, (int) ((long) mss * bytes / window)));
            return false;
        }
        if (Seq.before(una, recover)) {
            window = Math.max(window - bytes, 0) + mss;
            return true;
        }
        recovering = false;
        window = Math.min(threshold, Math.max(flight, mss) + mss);
        return false;
    }

    /** Nothing came in time. */
    void timeout(int una, int nxt) {
        halve(nxt - una);
        window = mss;
        duplicates = 0;
        recovering = false;
        recover = nxt;
    }

    private void halve(int flight) {
        threshold = Math.max(flight / 2, 2 * mss);
    }

    private void grow(int bytes) {
        window = Math.min(window + bytes, MAXIMUM);
    }
}
