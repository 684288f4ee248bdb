package org.margay.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One end of a wire: a card's, a backend's or a hub's. Two ends that are connected hear each other as long as the links of both
 * are up. Under the machine lock.
 *
 * <p>A frame is always taken: one that the other side has no room for waits here, and the sender is told so, by false from {@link
 * #send} and by {@link Handler#drained()} once all that waited is through, or lost with the wire or its link. A sender that goes on
 * all the same loses the frames that do not fit in the queue. A receiver with room again calls {@link #ready()}.
 *
 * <p>What a receiver does while it is given a frame - send, close, say that it is ready - takes effect at once, but for frames to
 * itself: it gets the next one when it has returned.
 */
public final class NetClient implements AutoCloseable {
    /** Frames that wait at most; those of a sender that does not stop are lost. */
    private static final int QUEUE = 256;

    /** What is behind an end. All calls come under the machine lock. */
    public interface Handler {
        /** Whether there is room for a frame now. */
        default boolean canReceive() {
            return true;
        }

        /**
         * Takes a frame that came over the wire, finished as {@link #offloads()} demands; called only when there is room. A frame
         * of any length and content may come.
         */
        void receive(Frame frame);

        /** Frames that waited for the other side are through or lost: after {@link NetClient#send} gave false. */
        default void drained() {}

        /** The other side has room again, and nothing waits for it: of use to those that pass on what comes from elsewhere. */
        default void peerReady() {}

        /**
         * The link's state changed: its own, or that of the other side, or another side came or went. One that came may still be
         * made: no frame is to be sent to it from here.
         */
        default void linkChanged() {}

        /** Which unfinished frames it takes; may change at any time. */
        default OffloadSet offloads() {
            return OffloadSet.NONE;
        }
    }

    /** Sees all frames that an end sends and receives. */
    @FunctionalInterface
    public interface Tap {
        /**
         * A frame passes, unfinished where its sender left something to others.
         *
         * @param sent by the end that is tapped, not to it
         */
        void frame(Frame frame, boolean sent);

        /** The end that is tapped is closed: no more will come. */
        default void closed() {}
    }

    private final String name;
    private final Handler handler;
    private final Deque<Frame> waiting = new ArrayDeque<>();
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private @Nullable NetClient peer;
    private boolean linkUp = true;
    private boolean delivering;
    /** The sender was told to wait. */
    private boolean stalled;

    /**
     * Makes an end that is not connected.
     *
     * @param name as set_link and "info network" know it
     */
    public NetClient(String name, Handler handler) {
        this.name = name;
        this.handler = handler;
    }

    public String name() {
        return name;
    }

    /** What is behind this end. */
    Handler handler() {
        return handler;
    }

    /** The other end of the wire, or null. */
    public @Nullable NetClient peer() {
        return peer;
    }

    /**
     * Lays the wire between two ends, and tells both.
     *
     * @throws IllegalStateException when one of them has a wire
     */
    public void connect(NetClient other) {
        join(other);
        handler.linkChanged();
    }

    /** Lays the wire, and tells the other end alone: what is behind this one is still being made. */
    void join(NetClient other) {
        if (peer != null || other.peer != null || other == this) {
            throw new IllegalStateException("%s and %s: in use".formatted(name, other.name));
        }
        peer = other;
        other.peer = this;
        other.handler.linkChanged();
    }

    /** Whether frames pass: there is another end, and both links are up. */
    public boolean carrier() {
        return linkUp && peer != null && peer.linkUp;
    }

    /** This end's own switch, as set_link sets it. */
    public boolean linkUp() {
        return linkUp;
    }

    /** Switches the link of an end off that has no wire yet; nobody is told. */
    void beginUnlinked() {
        linkUp = false;
    }

    /** Switches this end's link; both sides are told. */
    public void setLink(boolean up) {
        if (up == linkUp) {
            return;
        }
        linkUp = up;
        NetClient other = peer;
        handler.linkChanged();
        if (other != null) {
            other.handler.linkChanged();
        }
        if (!carrier()) {
            lose();
            if (other != null) {
                other.lose();
            }
        }
    }

    /** What waits will not get through. */
    private void lose() {
        waiting.clear();
        tellDrained();
    }

    /** What the other side takes; what an end with no other side may send. */
    public OffloadSet peerOffloads() {
        return peer == null ? OffloadSet.ALL : peer.handler.offloads();
    }

    /** Whether a frame that is sent now goes through at once; also when it would be lost for want of a carrier. */
    public boolean peerReady() {
        NetClient other = peer;
        return other == null || !carrier() || (waiting.isEmpty() && !delivering && other.handler.canReceive());
    }

    /**
     * Sends a frame to the other side. Without a carrier it is lost; so is one that can't be finished as the other side needs it.
     *
     * @return false when it waits: go on after {@link Handler#drained()}
     */
    public boolean send(Frame frame) {
        NetClient other = peer;
        if (other == null || !carrier()) {
            return true;
        }
        taps.forEach(tap -> tap.frame(frame, true));
        if (peerReady() && other.handler.offloads().takes(frame.offload())) {
            deliver(other, frame);
        } else if (waiting.size() < QUEUE) {
            waiting.add(frame);
        }
        flush();
        stalled = !waiting.isEmpty();
        return !stalled;
    }

    private void deliver(NetClient receiver, Frame frame) {
        delivering = true;
        try {
            receiver.taps.forEach(tap -> tap.frame(frame, false));
            receiver.handler.receive(frame);
        } finally {
            delivering = false;
        }
    }

    /** This end has room again: what waits on the other side comes now. */
    public void ready() {
        NetClient other = peer;
        if (other != null) {
            other.flush();
            if (other.peer == this && other.peerReady()) {
                other.handler.peerReady();
            }
        }
    }

    /** Gives the other side what waits, as long as it has room. */
    private void flush() {
        while (!waiting.isEmpty() && !delivering) {
            NetClient receiver = peer;
            if (receiver == null || !receiver.handler.canReceive()) {
                return;
            }
            Frame next = waiting.remove();
            // Only now: what the receiver takes may have changed while the frame waited.
            if (receiver.handler.offloads().takes(next.offload())) {
                deliver(receiver, next);
            } else {
                Segmenter.finish(next).reversed().forEach(waiting::addFirst);
            }
        }
        if (!delivering) {
            tellDrained();
        }
    }

    private void tellDrained() {
        if (stalled) {
            stalled = false;
            handler.drained();
        }
    }

    public void addTap(Tap tap) {
        taps.add(tap);
    }

    public void removeTap(Tap tap) {
        taps.remove(tap);
    }

    /** Takes the wire off; the other side is told. */
    @Override
    public void close() {
        NetClient other = peer;
        peer = null;
        waiting.clear();
        stalled = false;
        if (other != null) {
            other.peer = null;
            other.waiting.clear();
            other.handler.linkChanged();
            other.tellDrained();
        }
        taps.forEach(Tap::closed);
        taps.clear();
    }
}
