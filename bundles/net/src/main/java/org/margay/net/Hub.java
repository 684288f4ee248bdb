package org.margay.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Several wires that meet: what comes in by one port goes out by all others. A port whose other side has no room does not hold the
 * others up; what it can't take waits at it, and is lost in the end. Under the machine lock.
 */
final class Hub {
    private final int number;
    private final List<HubPort> ports = new ArrayList<>();

    Hub(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    List<HubPort> ports() {
        return List.copyOf(ports);
    }

    void add(HubPort port) {
        ports.add(port);
    }

    void remove(HubPort port) {
        ports.remove(port);
    }

    /** Whether a frame that came in by a port would get anywhere at once; also when there is nowhere to go. */
    boolean hasRoomBeyond(HubPort port) {
        boolean alone = true;
        for (HubPort other : ports) {
            if (other != port) {
                alone = false;
                if (other.client().peerReady()) {
                    return true;
                }
            }
        }
        return alone;
    }

    void spread(HubPort from, Frame frame) {
        for (HubPort port : ports()) {
            if (port != from) {
                port.client().send(frame);
            }
        }
    }

    /** What waits behind the other ports may come. */
    void readyBeyond(HubPort port) {
        for (HubPort other : ports()) {
            if (other != port) {
                other.client().ready();
            }
        }
    }
}
