package org.margay.netdev.user.internal.ip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.net.MacAddress;
import org.margay.net.Offload;

/** Which card has which IP address, as the guests' own frames tell, and frames that wait until it is known. */
final class Neighbors {
    /** Addresses known at most; the one that was not used for longest goes. */
    private static final int KNOWN = 256;

    /** Addresses asked for at a time at most. */
    private static final int ASKED = 16;

    /** Frames that wait for one address at most. */
    private static final int HELD = 4;

    /** A frame that has all but its destination. */
    private record Held(byte[] frame, Offload offload) {}

    private final Ethernet ethernet;
    private final int type;
    private final Consumer<IpAddress> ask;
    private final Map<IpAddress, MacAddress> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpAddress, MacAddress> eldest) {
            return size() > KNOWN;
        }
    };
    private final Map<IpAddress, List<Held>> held = new LinkedHashMap<>();

    /**
     * Knows nobody.
     *
     * @param type of the frames that it sends
     * @param ask asks all for an address
     */
    Neighbors(Ethernet ethernet, int type, Consumer<IpAddress> ask) {
        this.ethernet = ethernet;
        this.type = type;
        this.ask = ask;
    }

    /** Remembers an address; what waited for it goes. */
    void learn(IpAddress address, MacAddress mac) {
        if (mac.isGroup()) {
            return;
        }
        if (!mac.equals(known.get(address))) {
            known.put(address, mac);
        }
        @Nullable List<Held> waited = held.remove(address);
        if (waited != null) {
            waited.forEach(one -> ethernet.send(mac, type, one.frame, one.offload));
        }
    }

    /** Sends to an address, now or when it is known; frames that wait are lost when there are too many. */
    void send(IpAddress address, byte[] frame, Offload offload) {
        @Nullable MacAddress mac = known.get(address);
        if (mac != null) {
            ethernet.send(mac, type, frame, offload);
            return;
        }
        if (!held.containsKey(address) && held.size() == ASKED) {
            held.remove(held.keySet().iterator().next());
        }
        List<Held> frames = held.computeIfAbsent(address, _ -> new ArrayList<>());
        if (frames.size() == HELD) {
            frames.removeFirst();
        }
        frames.add(new Held(frame, offload));
        ask.accept(address);
    }
}
