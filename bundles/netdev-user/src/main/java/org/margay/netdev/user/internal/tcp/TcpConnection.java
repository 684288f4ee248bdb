package org.margay.netdev.user.internal.tcp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Problem;
import org.margay.netdev.user.internal.ip.Wire;

/**
 * A connection of the guest (RFC 9293) that is joined to a stream of the host.
 *
 * <p>When the guest opens it, the guest hears nothing until the host's side is there: so it sees for itself whether a port is
 * closed. When the host opens it, the guest is sent a SYN. Then both halves live by themselves: data go through as they come, and
 * the end of one side's data becomes the end of the other's. A failure of one side resets the other.
 */
final class TcpConnection implements TcpEndpoint, HostStream.Events, Wire.Sender {
    /** How far it has come; when it is open, the two halves say the rest. */
    private enum Phase {
        /** The guest's SYN waits for the host's stream. */
        DIALING,
        SYN_SENT,
        SYN_RECEIVED,
        OPEN,
        CLOSED
    }

    /** What the guest is waited for. */
    enum Awaited {
        ACKNOWLEDGMENT,
        /** Room in its window; the host has more to send. */
        WINDOW,
        /** Nothing: it is only asked at times whether it is still there. */
        LIFE
    }

    /** Of a SYN before it is given up. */
    private static final int SYN_ATTEMPTS = 6;

    private static final int ATTEMPTS = 12;

    private static final long KEEP_ALIVE = 7_200 * Environment.SECOND;
    private static final long KEEP_ALIVE_INTERVAL = 75 * Environment.SECOND;
    private static final long LONGEST_PERSIST = 60 * Environment.SECOND;
    private static final long ACK_DELAY = 20 * Environment.MILLISECOND;

    /** MSS of a guest that says none (RFC 9293, 3.7.1); IPv6 links are larger. */
    private static final int DEFAULT_MSS_4 = 536;

    private static final int DEFAULT_MSS_6 = 1_220;

    /** A smaller one would only serve to have us work. */
    private static final int SMALLEST_MSS = 88;

    private final TcpStack stack;
    private final Flow flow;
    private final LazyTimer timer;
    private final LazyTimer ackTimer;
    private final int initialSequence;
    private final SendHalf send;
    private final Outflow outflow;
    private final ReceiveHalf receive;

    private Phase phase = Phase.DIALING;
    private @Nullable HostStream host;
    /** The guest's SYN, as long as it has no answer. */
    private @Nullable Segment syn;

    private int mss;
    /** The guest's windows are shifted by so much; -1 when it does not scale. */
    private int guestScale = -1;

    private boolean hostOutputEnded;
    /** Our FIN was sent before the guest's had come. */
    private boolean closedFirst;

    private int unacknowledged;
    private boolean ackWaits;
    private Awaited awaited = Awaited.LIFE;
    private int attempts;

    TcpConnection(TcpStack stack, Flow flow, int initialSequence) {
        this.stack = stack;
        this.flow = flow;
        this.initialSequence = initialSequence;
        timer = new LazyTimer(stack.clock(), this::overdue);
        ackTimer = new LazyTimer(stack.clock(), this::acknowledge);
        send = new SendHalf(initialSequence);
        receive = new ReceiveHalf(stack.budget());
        mss = flow.guest().isV4() ? DEFAULT_MSS_4 : DEFAULT_MSS_6;
        outflow = new Outflow(this, stack, flow, send, mss);
    }

    Flow flow() {
        return flow;
    }

    // ---- opening

    /** The guest wants it. */
    void dial(Segment guestSyn, HostStream.Opener opener) {
        syn = guestSyn;
        agree(guestSyn);
        receive.open(guestSyn.seq() + 1);
        try {
            host = opener.open(this);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The host wants it. */
    void invite(HostStream.Opener opener) {
        try {
            host = opener.open(this);
        } catch (IOException e) {
            failed(e);
            return;
        }
        phase = Phase.SYN_SENT;
        await(Awaited.ACKNOWLEDGMENT);
        sendSyn();
    }

    /** Takes over what a SYN says. */
    private void agree(Segment guestSyn) {
        int wanted = guestSyn.mss() == 0 ? mss : Math.max(guestSyn.mss(), SMALLEST_MSS);
        mss = Math.min(wanted, stack.writer().room(flow));
        outflow.agree(mss);
        guestScale = guestSyn.scale();
        receive.agree(guestScale < 0 ? 0 : ReceiveHalf.SCALE, mss);
        send.open(guestSyn, guestSyn.window());
    }

    private void sendSyn() {
        boolean answers = phase == Phase.SYN_RECEIVED;
        int scale = answers && guestScale < 0 ? -1 : ReceiveHalf.SCALE;
        int flags = answers ? Segment.SYN | Segment.ACK : Segment.SYN;
        send.synSent();
        stack.writer().sendSyn(flow, initialSequence, answers ? receive.next() : 0, flags, receive.synWindow(), scale);
    }

    @Override
    public void connected() {
        if (phase == Phase.DIALING) {
            syn = null;
            phase = Phase.SYN_RECEIVED;
            await(Awaited.ACKNOWLEDGMENT);
            sendSyn();
        }
    }

    @Override
    public void failed(IOException why) {
        Segment waits = syn;
        if (phase == Phase.CLOSED) {
            return;
        }
        if (waits == null) {
            reset();
            return;
        }
        switch (why) {
            case ConnectException _ -> stack.refuse(waits);
            case NoRouteToHostException _ -> stack.refuse(waits, Problem.HOST_UNREACHABLE);
            case SocketException _ -> stack.refuse(waits, Problem.NETWORK_UNREACHABLE);
            default -> stack.refuse(waits);
        }
        dispose();
    }

    // ---- segments of the guest

    @Override
    public void receive(Segment segment) {
        switch (phase) {
            case DIALING -> {
                if (segment.rst() && segment.seq() == receive.next()) {
                    dispose();
                }
            }
            case SYN_SENT -> invited(segment);
            case SYN_RECEIVED, OPEN -> synchronised(segment);
            case CLOSED -> {}
        }
    }

    /** RFC 9293, 3.10.7.3. */
    private void invited(Segment segment) {
        boolean answers = segment.hasAck() && segment.ack() == send.nxt();
        if (segment.hasAck() && !answers) {
            if (!segment.rst()) {
                stack.refuse(segment);
            }
            return;
        }
        if (segment.rst()) {
            if (answers) {
                dispose();
            }
            return;
        }
        if (!segment.syn()) {
            return;
        }
        agree(segment);
        receive.open(segment.seq() + 1);
        if (answers) {
            synAcknowledged();
            acknowledge();
            outflow.pump();
        } else {
            phase = Phase.SYN_RECEIVED;
            sendSyn();
        }
    }

    private void synAcknowledged() {
        phase = Phase.OPEN;
        send.synAcknowledged();
        await(Awaited.LIFE);
        host().awaitReadable();
    }

    /** RFC 9293, 3.10.7.4, with RFC 5961 for resets and SYNs that a third one may have sent. */
    private void synchronised(Segment segment) {
        if (phase == Phase.SYN_RECEIVED && segment.syn() && segment.seq() == receive.next() - 1) {
            sendSyn();
            return;
        }
        if (!receive.accepts(segment)) {
            if (!segment.rst()) {
                acknowledge();
            }
            return;
        }
        if (segment.rst()) {
            if (segment.seq() == receive.next()) {
                dispose();
            } else {
                acknowledge();
            }
            return;
        }
        if (segment.syn()) {
            acknowledge();
            return;
        }
        if (!segment.hasAck()) {
            return;
        }
        if (phase == Phase.SYN_RECEIVED) {
            if (segment.ack() != send.nxt()) {
                stack.refuse(segment);
                return;
            }
            send.open(segment, scaledWindow(segment));
            synAcknowledged();
        }
        alive();
        if (!outflow.acknowledged(segment, scaledWindow(segment))) {
            acknowledge();
            return;
        }
        data(segment);
        if (phase == Phase.OPEN) {
            outflow.pump();
            settle();
        }
    }

    /** Anything from the guest shows that it is there. */
    private void alive() {
        if (awaited == Awaited.LIFE) {
            await(Awaited.LIFE);
        } else if (awaited == Awaited.WINDOW) {
            attempts = Math.min(attempts, ATTEMPTS / 2);
        }
    }

    private int scaledWindow(Segment segment) {
        return segment.window() << Math.max(guestScale, 0);
    }

    private void data(Segment segment) {
        if (segment.sequenceLength() == 0) {
            return;
        }
        boolean gap = receive.hasGap();
        int came;
        try {
            came = receive.take(segment, host()::write);
        } catch (IOException _) {
            reset();
            return;
        }
        unacknowledged += came;
        if (!receive.delivered()) {
            host().awaitWritable();
        }
        endOutput();
        if (phase == Phase.CLOSED) {
            return;
        }
        if (gap || came == 0 || segment.fin()) {
            acknowledge();
        } else if (unacknowledged >= 2 * mss) {
            stack.acknowledgeSoon(this);
        } else {
            ackTimer.setAtMost(ACK_DELAY);
        }
    }

    /** Once the host has all of the guest's data and no more can come, it is told so. */
    private void endOutput() {
        if (receive.finReached() && receive.delivered() && !hostOutputEnded) {
            hostOutputEnded = true;
            try {
                host().shutdownOutput();
            } catch (IOException _) {
                reset();
            }
        }
    }

    // ---- to the guest

    /** Acknowledges all that came, now or when the guest has room. */
    void acknowledge() {
        if (phase != Phase.OPEN && phase != Phase.SYN_RECEIVED) {
            return;
        }
        if (stack.wire().congested()) {
            ackWaits = true;
            stack.wire().await(this);
            return;
        }
        transmit(send.nxt(), Segment.ACK);
    }

    /** Sends what {@link TcpStack#acknowledgeSoon} put off, unless data went meanwhile. */
    void acknowledgeNow() {
        if (unacknowledged > 0) {
            acknowledge();
        }
    }

    /** Sends a segment without data. */
    void transmit(int seq, int flags) {
        stack.writer().send(flow, seq, receive.next(), flags, acknowledging());
    }

    /** Sends a segment whose data are in the frame. */
    void transmit(int seq, int flags, byte[] frame) {
        stack.writer().send(flow, seq, receive.next(), flags, acknowledging(), frame, mss);
    }

    /** The window to send; what is sent acknowledges all that came. */
    private int acknowledging() {
        unacknowledged = 0;
        ackWaits = false;
        ackTimer.clear();
        return receive.window();
    }

    @Override
    public void resume() {
        if (ackWaits) {
            acknowledge();
        }
        outflow.pump();
    }

    @Override
    public void readable() {
        outflow.readable();
        settle();
    }

    @Override
    public void writable() {
        try {
            receive.drain(host()::write);
        } catch (IOException _) {
            reset();
            return;
        }
        if (!receive.delivered()) {
            host().awaitWritable();
        }
        endOutput();
        if (receive.windowGrew()) {
            acknowledge();
        }
        settle();
    }

    // ---- time

    /** Begins to wait for something. */
    void await(Awaited what) {
        awaited = what;
        attempts = 0;
        long life = send.finAcknowledged() ? KEEP_ALIVE_INTERVAL : KEEP_ALIVE;
        timer.set(what == Awaited.LIFE ? life : outflow.timeout());
    }

    boolean awaits(Awaited what) {
        return awaited == what;
    }

    /** The guest has not done what it was waited for. */
    private void overdue() {
        if (phase == Phase.CLOSED || phase == Phase.DIALING) {
            return;
        }
        if (stack.wire().congested()) {
            timer.set(outflow.timeout());
            return;
        }
        if (++attempts > (phase == Phase.OPEN ? ATTEMPTS : SYN_ATTEMPTS)) {
            reset();
            return;
        }
        switch (awaited) {
            case ACKNOWLEDGMENT -> {
                outflow.backOff();
                timer.set(outflow.timeout());
                if (phase == Phase.OPEN) {
                    outflow.rewind();
                } else {
                    sendSyn();
                }
            }
            case WINDOW -> {
                probe();
                timer.set(Math.min(outflow.timeout() << attempts, LONGEST_PERSIST));
            }
            case LIFE -> {
                probe();
                timer.set(KEEP_ALIVE_INTERVAL);
            }
        }
    }

    /** A segment that the guest must answer: it lies in front of its window (RFC 9293, 3.8.4 and 3.8.6.1). */
    private void probe() {
        transmit(send.una() - 1, Segment.ACK);
    }

    // ---- closing

    /** The host sends no more. */
    void hostEnded() {
        closedFirst = !receive.finReached();
    }

    /** Ends it when both directions have ended. */
    private void settle() {
        if (phase != Phase.OPEN || !hostOutputEnded || !send.finAcknowledged()) {
            return;
        }
        host().close();
        host = null;
        boolean waits = closedFirst;
        int window = receive.window();
        dispose();
        if (waits) {
            stack.timeWait(flow, send.nxt(), receive.next(), window);
        }
    }

    /** It can't go on: the guest is told. */
    void reset() {
        if (phase == Phase.OPEN || phase == Phase.SYN_RECEIVED) {
            stack.writer().send(flow, send.nxt(), receive.next(), Segment.RST | Segment.ACK, 0);
        }
        dispose();
    }

    /** Gives back all it has; a stream that was not closed fails. */
    void dispose() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        HostStream stream = host;
        if (stream != null) {
            host = null;
            stream.abort();
        }
        syn = null;
        timer.close();
        ackTimer.close();
        outflow.close();
        receive.close();
        stack.forget(this);
    }

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Its stream, while it is open. */
    HostStream host() {
        HostStream stream = host;
        if (stream == null) {
            throw new IllegalStateException(flow + ": no stream");
        }
        return stream;
    }

    /** As RFC 9293, 3.3.2 names it. */
    String state() {
        return switch (phase) {
            case DIALING, SYN_RECEIVED -> "SYN_RCVD";
            case SYN_SENT -> "SYN_SENT";
            case CLOSED -> "CLOSED";
            case OPEN -> {
                if (!send.finSent()) {
                    yield receive.finReached() ? "CLOSE_WAIT" : "ESTABLISHED";
                }
                if (!receive.finReached()) {
                    yield send.finAcknowledged() ? "FIN_WAIT_2" : "FIN_WAIT_1";
                }
                yield closedFirst ? "CLOSING" : "LAST_ACK";
            }
        };
    }
}
