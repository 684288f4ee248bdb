package org.margay.netdev.user.internal.ip;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;

/** The router's end of the wire, and who waits until the guest has taken what was sent. */
public final class Wire {
    /** Has more to send than the guest takes now. */
    public interface Sender {
        /** The guest has room again. Goes on sending; when there is no room left, waits again. */
        void resume();
    }

    private final NetClient client;
    /** In turn: whoever waits again goes to the end. */
    private final Set<Sender> waiting = new LinkedHashSet<>();

    private boolean congested;
    private boolean resuming;

    public Wire(NetClient client) {
        this.client = client;
    }

    /** Whether the guest is behind: only what can't wait should be sent. */
    public boolean congested() {
        return congested;
    }

    /** What the guest's card takes unfinished. */
    public OffloadSet receiver() {
        return client.peerOffloads();
    }

    void send(byte[] frame, Offload offload) {
        if (!client.send(new Frame(frame, offload))) {
            congested = true;
        }
    }

    /** Calls a sender once, when the guest has room. */
    public void await(Sender sender) {
        waiting.add(sender);
    }

    public void forget(Sender sender) {
        waiting.remove(sender);
    }

    /** The guest has taken all. May come while something is being sent. */
    public void drained() {
        congested = false;
        if (resuming) {
            return;
        }
        resuming = true;
        try {
            while (!congested && !waiting.isEmpty()) {
                Iterator<Sender> first = waiting.iterator();
                Sender sender = first.next();
                first.remove();
                sender.resume();
            }
        } finally {
            resuming = false;
        }
    }
}
