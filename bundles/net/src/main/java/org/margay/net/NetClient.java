package org.margay.net;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One end of a wire: a card's, a backend's or a hub's. Two ends that are connected hear each other as long as the links of both
 * are up. Under the machine lock.
 *
 * <p>A frame is always taken: one that the other side has no room for waits here, and the sender is told so, by false from {@link
 * #send} and by {@link Handler#drained()} once all that waited is through. A sender that goes on all the same loses the frames that
 * do not fit in the queue. A receiver with room again calls {@link #ready()}.
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

        /** Frames that waited for the other side are through. */
        default void drained() {}

        /** The link's state changed: its own, or that of the other side, or another side came or went. */
        default void linkChanged() {}

        /** Which unfinished frames it takes; may change at any time. */
        default OffloadSet offloads() {
            return OffloadSet.NONE;
        }
    }

    /** Sees all frames that an end sends and receives. */
    @FunctionalInterface
    public interface Tap {
        /** @param sent by the end that is tapped, not to it */
        void frame(Frame frame, boolean sent);
    }

    private final String name;
    private final Handler handler;
    private final Queue<Frame> waiting = new ArrayDeque<>();
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private @Nullable NetClient peer;
    private boolean linkUp = true;
    private boolean delivering;

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

    /** The other end of the wire, or null. */
    public @Nullable NetClient peer() {
        return peer;
    }

    /**
     * Lays the wire between two ends.
     *
     * @throws IllegalStateException when one of them has a wire
     */
    public void connect(NetClient other) {
        if (peer != null || other.peer != null || other == this) {
            throw new IllegalStateException("%s and %s: in use".formatted(name, other.name));
        }
        peer = other;
        other.peer = this;
        handler.linkChanged();
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

    /** Switches this end's link; both sides are told. */
    public void setLink(boolean up) {
        if (up == linkUp) {
            return;
        }
        linkUp = up;
        NetClient other = peer;
        if (!up) {
            waiting.clear();
            if (other != null) {
                other.waiting.clear();
            }
        }
        handler.linkChanged();
        if (other != null) {
            other.handler.linkChanged();
        }
    }

    /** What the other side takes; what an end with no other side may send. */
    public OffloadSet peerOffloads() {
        return peer == null ? OffloadSet.ALL : peer.handler.offloads();
    }

    /** Whether a frame that is sent now goes through at once; also when it would be lost for want of a carrier. */
    public boolean peerReady() {
        return !carrier() || peer == null || waiting.isEmpty() && !delivering && peer.handler.canReceive();
    }

    /**
     * Sends a frame to the other side. Without a carrier it is lost.
     *
     * @return false when it waits: go on after {@link Handler#drained()}
     */
    public boolean send(Frame frame) {
        NetClient other = peer;
        if (other == null || !carrier()) {
            return true;
        }
        taps.forEach(tap -> tap.frame(frame, true));
        List<Frame> finished = other.handler.offloads().takes(frame.offload())
                ? List.of(frame)
                : Segmenter.finish(frame, other.handler.offloads());
        boolean through = true;
        for (Frame part : finished) {
            through = pass(other, part);
        }
        return through;
    }

    private boolean pass(NetClient other, Frame frame) {
        if (waiting.isEmpty() && !delivering && other.handler.canReceive()) {
            deliver(other, frame);
            flush(other);
            return waiting.isEmpty();
        }
        if (waiting.size() < QUEUE) {
            waiting.add(frame);
        }
        return false;
    }

    /** A frame that is answered while it is delivered waits its turn: handlers are not entered twice. */
    private void deliver(NetClient other, Frame frame) {
        delivering = true;
        try {
            other.taps.forEach(tap -> tap.frame(frame, false));
            other.handler.receive(frame);
        } finally {
            delivering = false;
        }
    }

    /** This end has room again: what waits on the other side comes now. */
    public void ready() {
        NetClient other = peer;
        if (other != null) {
            other.flush(this);
        }
    }

    private void flush(NetClient receiver) {
        if (delivering || waiting.isEmpty() || !carrier()) {
            return;
        }
        while (!waiting.isEmpty() && receiver == peer && receiver.handler.canReceive()) {
            deliver(receiver, waiting.remove());
        }
        if (waiting.isEmpty()) {
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
        if (other != null) {
            other.peer = null;
            other.waiting.clear();
            other.handler.linkChanged();
            other.handler.drained();
        }
    }
}
