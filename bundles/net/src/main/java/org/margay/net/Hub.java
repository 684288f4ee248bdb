package org.margay.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Several wires that meet: what comes in by one port goes out by all others, frame by frame: all see them in the same order, a question
 * before its answer. A port whose other side has no room does not hold the
 * others up; what it can't take waits at it, and is lost in the end. Under the machine lock.
 */
final class Hub {
    /** Answers that may come while a frame is on its way. */
    private static final int ANSWERS = 64;

    private record Passing(HubPort from, Frame frame) {}

    private final int number;
    private final List<HubPort> ports = new ArrayList<>();
    private final Queue<Passing> passing = new ArrayDeque<>();
    private boolean spreading;
    /** A port was told that there is no room while a frame was on its way. */
    private boolean refused;

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
        if (passing.size() >= ANSWERS) {
            refused = true;
            return false;
        }
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
        passing.add(new Passing(from, frame));
        if (spreading) {
            return;
        }
        spreading = true;
        try {
            for (Passing next = passing.poll(); next != null; next = passing.poll()) {
                sendBeyond(next.from, next.frame);
            }
        } finally {
            spreading = false;
            passing.clear();
        }
        if (refused) {
            refused = false;
            ports().forEach(port -> port.client().ready());
        }
    }

    private void sendBeyond(HubPort from, Frame frame) {
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
