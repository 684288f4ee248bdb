package org.margay.net;

import java.util.function.Consumer;

/** A short wire from a card's transmitter back to its receiver, on which frames are finished as on any other. */
public final class Loopback {
    private final NetClient out;

    /**
     * Lays the wire.
     *
     * @param name the card's label
     * @param receiver takes what was sent, at once
     */
    public Loopback(String name, Consumer<Frame> receiver) {
        out = new NetClient(name, new NetClient.Handler() {
            @Override
            public void receive(Frame frame) {}
        });
        out.connect(new NetClient(name, new NetClient.Handler() {
            @Override
            public void receive(Frame frame) {
                receiver.accept(frame);
            }
        }));
    }

    /** Sends a frame; what the receiver has no room for is lost. */
    public boolean send(Frame frame) {
        return out.send(frame);
    }
}
