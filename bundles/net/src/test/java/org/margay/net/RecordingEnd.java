package org.margay.net;

import java.util.ArrayList;
import java.util.List;

/** A backend or card for tests: keeps the frames that it gets. */
public class RecordingEnd implements Netdev, NetClient.Handler {
    private final NetClient client;
    private final List<Frame> frames = new ArrayList<>();
    private boolean room = true;
    private int drained;
    private boolean closed;

    public RecordingEnd(String name) {
        client = new NetClient(name, this);
    }

    @Override
    public NetClient client() {
        return client;
    }

    @Override
    public String info() {
        return "recording";
    }

    /** First bytes of the frames since the last call. */
    public List<Integer> take() {
        List<Integer> taken =
                frames.stream().map(frame -> (int) frame.bytes()[0]).toList();
        frames.clear();
        return taken;
    }

    public int takeDrained() {
        int taken = drained;
        drained = 0;
        return taken;
    }

    public void room(boolean there) {
        room = there;
        if (there) {
            client.ready();
        }
    }

    public boolean send(int number) {
        return client.send(new Frame(new byte[] {(byte) number}));
    }

    public boolean closed() {
        return closed;
    }

    @Override
    public boolean canReceive() {
        return room;
    }

    @Override
    public void receive(Frame frame) {
        frames.add(frame);
    }

    @Override
    public void drained() {
        drained++;
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }
}
