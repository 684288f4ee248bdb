package org.margay.testkit.cards;

import java.util.ArrayList;
import java.util.List;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.OffloadSet;

/** A backend that keeps the frames it gets, and sends what a test wants. */
public final class RecordingNetdev implements Netdev, NetClient.Handler {
    private final NetClient client;
    private final List<Frame> received = new ArrayList<>();
    private OffloadSet offloads = OffloadSet.NONE;
    private boolean room = true;

    public RecordingNetdev(String id) {
        client = new NetClient(id, this);
    }

    @Override
    public NetClient client() {
        return client;
    }

    @Override
    public String info() {
        return "recording";
    }

    /** Frames of the card since the last call. */
    public List<Frame> takeFrames() {
        List<Frame> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** Says what unfinished frames it takes from now on. */
    public void offloads(OffloadSet taken) {
        offloads = taken;
    }

    /** Whether it takes frames; what waited comes when it does again. */
    public void room(boolean there) {
        room = there;
        if (there) {
            client.ready();
        }
    }

    @Override
    public boolean canReceive() {
        return room;
    }

    @Override
    public void receive(Frame frame) {
        received.add(frame);
    }

    @Override
    public OffloadSet offloads() {
        return offloads;
    }

    @Override
    public void close() {
        client.close();
    }
}
