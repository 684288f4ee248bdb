package org.margay.net;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;

/** All of a machine's cards, backends and hubs. One per machine, made when first asked for. Under the machine lock. */
public final class Network {
    /** 52:54:00:12:34:56, where QEMU begins. */
    private static final long FIRST_ADDRESS = 0x5254_0012_3456L;

    private final Machine machine;
    /** In the order of coming. */
    private final List<NetworkEnd> ends = new ArrayList<>();

    /** Labels of the cards that went while their link was switched off: they may be made anew. */
    private final Set<String> switchedOff = new HashSet<>();

    private final Map<Integer, Hub> hubs = new LinkedHashMap<>();

    private Network(Machine machine) {
        this.machine = machine;
        machine.onClose(() -> List.copyOf(netdevs().keySet()).reversed().forEach(this::remove));
    }

    public static Network of(Machine machine) {
        return machine.findOrPublish(Network.class, () -> new Network(machine));
    }

    /** In the order of plugging. */
    public List<Nic> nics() {
        return ends.stream()
                .filter(NetworkEnd.Card.class::isInstance)
                .map(end -> ((NetworkEnd.Card) end).nic())
                .toList();
    }

    /** All backends by id, in the order of adding. */
    public Map<String, Netdev> netdevs() {
        return machine.backends().all(Netdev.class);
    }

    /**
     * Adds a backend: cards find it by its id from now on. It is closed with the machine.
     *
     * @param type as {@link NetdevDriver#type()} says
     * @throws DeviceException when another one has its id
     */
    public void add(String type, String id, Netdev netdev) throws DeviceException {
        machine.backends().add(Netdev.class, id, netdev);
        ends.add(new NetworkEnd.Backend(type, netdev));
    }

    /**
     * Takes a backend out and closes it. A card that uses it stays, without a link.
     *
     * @return false when there is none of that id
     */
    public boolean remove(String id) {
        Optional<Netdev> found = machine.backends().find(Netdev.class, id);
        found.ifPresent(netdev -> {
            machine.backends().remove(Netdev.class, id);
            Optional<NetworkEnd> end = end(netdev.client());
            end.ifPresent(ends::remove);
            Optional<Nic> card = card(netdev.client().peer());
            // Before the end: its text is of what it was.
            card.ifPresent(nic -> nic.lose(end.map(NetworkEnd::toString).orElse(id)));
            netdev.close();
        });
        return found.isPresent();
    }

    /** The cards and backends of a name: a card's id or label, a backend's id. */
    public List<NetClient> clients(String name) {
        return ends.stream()
                .map(NetworkEnd::client)
                .filter(client -> client.name().equals(name))
                .toList();
    }

    /**
     * A new port of a hub, which is made with it when it is not there yet. Close the port to take it off.
     *
     * @param number of the hub: the "vlan" of old
     */
    public Netdev hubPort(int number, String name) {
        return new HubPort(this, hub(number), name, false);
    }

    /** Whether a backend is the port of a hub. */
    public static boolean isHubPort(Netdev netdev) {
        return netdev instanceof HubPort;
    }

    /** Connects an end to a hub, by a port that is there as long as the wire. */
    public void plug(int number, NetClient client) {
        client.connect(portForWire(number));
    }

    /** A new port of a hub that goes with the wire that is laid to it. */
    NetClient portForWire(int number) {
        Hub hub = hub(number);
        String name = "hub%dport%d".formatted(number, hub.ports().size());
        return new HubPort(this, hub, name, true).client();
    }

    /** Runs soon, on the machine loop. */
    void later(Runnable task) {
        machine.later(task);
    }

    private Hub hub(int number) {
        return hubs.computeIfAbsent(number, Hub::new);
    }

    void forgetIfEmpty(Hub hub) {
        if (hub.ports().isEmpty()) {
            hubs.remove(hub.number(), hub);
        }
    }

    List<Hub> hubs() {
        return List.copyOf(hubs.values());
    }

    List<NetworkEnd> ends() {
        return List.copyOf(ends);
    }

    private Optional<NetworkEnd> end(NetClient client) {
        return ends.stream().filter(end -> end.client() == client).findFirst();
    }

    private Optional<Nic> card(@Nullable NetClient client) {
        return nics().stream().filter(nic -> nic.client() == client).findFirst();
    }

    void add(Nic nic) {
        ends.add(new NetworkEnd.Card(nic));
    }

    void remove(Nic nic) {
        ends.removeIf(end -> end.client() == nic.client());
        if (nic.client().linkUp()) {
            switchedOff.remove(nic.client().name());
        } else {
            switchedOff.add(nic.client().name());
        }
    }

    /** Whether the card of a label, the last time that it went, had its own link switched off. */
    boolean wasSwitchedOff(String label) {
        return switchedOff.contains(label);
    }

    /** The address that a card wants, or the first that no card has. */
    MacAddress addressFor(@Nullable MacAddress wanted) {
        MacAddress address = wanted;
        for (long next = FIRST_ADDRESS; address == null; next++) {
            MacAddress candidate = new MacAddress(next);
            if (nics().stream().noneMatch(nic -> nic.mac().equals(candidate))) {
                address = candidate;
            }
        }
        return address;
    }
}
