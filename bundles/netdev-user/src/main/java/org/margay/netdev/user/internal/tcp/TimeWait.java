package org.margay.netdev.user.internal.tcp;

import org.margay.netdev.user.internal.ip.Environment;

/**
 * What is left of a connection that was closed from the host's side first: for a while the guest may send its FIN again, and
 * nothing of the old connection must be taken for a new one (RFC 9293, 3.6.1).
 *
 * @param next the sequence number that would be sent next
 * @param expected the one that is expected of the guest
 * @param deadline when it ends
 */
record TimeWait(TcpStack stack, Flow flow, int next, int expected, int window, long deadline) implements TcpEndpoint {
    /** Two times the life of a segment: on a wire that is memory none lives long. */
    static final long DURATION = 10 * Environment.SECOND;

    @Override
    public void receive(Segment segment) {
        if (segment.rst()) {
            if (segment.seq() == expected) {
                stack.forget(this);
            }
        } else if (segment.syn() && !segment.hasAck() && Seq.after(segment.seq(), expected)) {
            stack.reopen(this, segment);
        } else {
            stack.writer().send(flow, next, expected, Segment.ACK, window);
        }
    }
}
