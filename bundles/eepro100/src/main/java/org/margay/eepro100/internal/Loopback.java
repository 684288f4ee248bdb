package org.margay.eepro100.internal;

import org.margay.net.Frame;
import org.margay.net.NetClient;

/** A short wire from a card's transmitter back to its receiver, on which frames are finished as on any other. */
final class Loopback {
    private final NetClient out;

    Loopback(String name, ReceiveUnit receiver) {
        out = new NetClient(name, new NetClient.Handler() {
            @Override
            public void receive(Frame frame) {}
        });
        out.connect(new NetClient(name, new NetClient.Handler() {
            @Override
            public void receive(Frame frame) {
                receiver.receive(frame);
            }
        }));
    }

    /** Sends a frame; what the receiver has no room for is lost. */
    boolean send(Frame frame) {
        return out.send(frame);
    }
}
