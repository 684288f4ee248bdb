package org.margay.netdev.user.internal.guest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.Consumer;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.OffloadSet;

/**
 * The guest's card: frames that come wait until the guest looks. It may lose, double and mix up frames of both directions, as a
 * seed wants it.
 */
public final class Wiring implements NetClient.Handler {
    private final NetClient client = new NetClient("guest", this);
    private final Deque<Frame> inbox = new ArrayDeque<>();
    private final Deque<Frame> delayedOut = new ArrayDeque<>();
    private OffloadSet offloads = OffloadSet.NONE;
    private int room = Integer.MAX_VALUE;
    private int perMille;
    private Random random = new Random(1);
    private long received;

    public NetClient client() {
        return client;
    }

    /** What the card takes unfinished. */
    public void offloads(OffloadSet taken) {
        offloads = taken;
    }

    /** How many frames wait at most before the card has no room. */
    public void room(int frames) {
        room = frames;
    }

    /** From now on, so many frames of a thousand are lost, as many doubled, and as many overtaken. */
    public void disturb(int perMille, long seed) {
        this.perMille = perMille;
        random = new Random(seed);
    }

    /** All frames that came, lost ones counted. */
    public long received() {
        return received;
    }

    @Override
    public OffloadSet offloads() {
        return offloads;
    }

    @Override
    public boolean canReceive() {
        return inbox.size() < room;
    }

    @Override
    public void receive(Frame frame) {
        received++;
        if (happens()) {
            return;
        }
        if (happens() && !inbox.isEmpty()) {
            Frame last = inbox.removeLast();
            inbox.add(frame);
            inbox.add(last);
            return;
        }
        inbox.add(frame);
        if (happens()) {
            inbox.add(frame);
        }
    }

    private boolean happens() {
        return perMille > 0 && random.nextInt(1000) < perMille;
    }

    public void send(Frame frame) {
        if (happens()) {
            return;
        }
        if (happens()) {
            delayedOut.add(frame);
            return;
        }
        client.send(frame);
        if (happens()) {
            client.send(frame);
        }
        while (!delayedOut.isEmpty()) {
            client.send(delayedOut.remove());
        }
    }

    /** Takes out what came; false when there was nothing. */
    public boolean take(Consumer<Frame> guest) {
        int frames = inbox.size();
        for (int i = 0; i < frames; i++) {
            guest.accept(inbox.remove());
        }
        if (frames > 0) {
            client.ready();
        }
        return frames > 0;
    }

    public boolean isEmpty() {
        return inbox.isEmpty();
    }
}
