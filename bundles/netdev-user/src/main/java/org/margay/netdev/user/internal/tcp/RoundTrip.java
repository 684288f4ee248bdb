package org.margay.netdev.user.internal.tcp;

import org.margay.netdev.user.internal.ip.Environment;

/** How long to wait for an acknowledgment (RFC 6298); one segment is measured at a time, and none that was sent twice. */
final class RoundTrip {
    private static final long INITIAL = Environment.SECOND;
    private static final long MINIMUM = 200 * Environment.MILLISECOND;
    private static final long MAXIMUM = 60 * Environment.SECOND;

    private long smoothed;
    private long variation;
    private long timeout = INITIAL;
    private boolean measuring;
    private int end;
    private long sentAt;

    /** Nanoseconds until what is not acknowledged is sent again. */
    long timeout() {
        return timeout;
    }

    /** Bytes up to a sequence number were sent for the first time. */
    void sent(int segmentEnd, long now) {
        if (!measuring) {
            measuring = true;
            end = segmentEnd;
            sentAt = now;
        }
    }

    /** Something was sent again: what is acknowledged next may be either. */
    void resent() {
        measuring = false;
    }

    void acknowledged(int ack, long now) {
        if (measuring && !Seq.before(ack, end)) {
            measuring = false;
            measured(Math.max(0, now - sentAt));
        }
    }

    private void measured(long time) {
        if (smoothed == 0) {
            smoothed = time;
            variation = time / 2;
        } else {
            variation += (Math.abs(smoothed - time) - variation) / 4;
            smoothed += (time - smoothed) / 8;
        }
        timeout = Math.clamp(smoothed + 4 * variation, MINIMUM, MAXIMUM);
    }

    /** Nothing came in time. */
    void backOff() {
        timeout = Math.min(timeout * 2, MAXIMUM);
    }
}
