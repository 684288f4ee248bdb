package org.margay.net;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;

/** All of a machine's cards, and the addresses they have. One per machine, made when first asked for. Under the machine lock. */
public final class Network {
    /** 52:54:00:12:34:56, where QEMU begins. */
    private static final long FIRST_ADDRESS = 0x5254_0012_3456L;

    private final List<Nic> nics = new ArrayList<>();
    private final Set<MacAddress> taken = new HashSet<>();

    private Network() {}

    public static Network of(Machine machine) {
        return machine.find(Network.class).orElseGet(() -> {
            Network made = new Network();
            machine.publish(Network.class, made);
            return made;
        });
    }

    /** In the order of plugging. */
    public List<Nic> nics() {
        return List.copyOf(nics);
    }

    void add(Nic nic) {
        nics.add(nic);
    }

    void remove(Nic nic, @Nullable NetClient otherEnd) {
        nics.remove(nic);
        taken.remove(nic.mac());
    }

    MacAddress takeAddress(@Nullable MacAddress wanted) {
        MacAddress address = wanted;
        for (long next = FIRST_ADDRESS; address == null; next++) {
            MacAddress candidate = new MacAddress(next);
            if (!taken.contains(candidate)) {
                address = candidate;
            }
        }
        taken.add(address);
        return address;
    }

    /** A free port of a hub, made with the hub when it is not there yet. */
    NetClient hubPort(int number, String name) {
        throw new UnsupportedOperationException("hub " + number + " for " + name);
    }
}
