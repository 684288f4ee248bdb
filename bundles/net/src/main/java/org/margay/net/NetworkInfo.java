package org.margay.net;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;

/** What the human monitor shows for "info network". Under the machine lock. */
public final class NetworkInfo {
    private NetworkInfo() {}

    /**
     * All hubs with what is plugged into them, then all cards with their backends, and the backends that no card uses: a line for
     * each, with a line feed.
     */
    public static String describe(Machine machine) {
        Network network = Network.of(machine);
        List<NetworkEnd> ends = network.ends();
        StringBuilder text = new StringBuilder();
        for (Hub hub : network.hubs()) {
            text.append("VLAN ").append(hub.number()).append(" devices:\n");
            for (NetworkEnd end : ends) {
                if (hub(end) == hub && !isPortOfAnother(end)) {
                    text.append("  ").append(end).append('\n');
                }
            }
        }
        text.append("Devices not on any VLAN:\n");
        for (NetworkEnd end : ends) {
            if (hub(end) == null && !isListedWithCard(end, ends)) {
                text.append("  ").append(end).append('\n');
                backendOf(end, ends, text);
            }
        }
        return text.toString();
    }

    /** The hub that an end is plugged into or is a port of. */
    private static @Nullable Hub hub(NetworkEnd end) {
        HubPort port = end.client().handler() instanceof HubPort own ? own : HubPort.behind(end.client());
        return port == null ? null : port.hub();
    }

    /** A port with a name of its own does not count besides what is plugged into it. */
    private static boolean isPortOfAnother(NetworkEnd end) {
        return end.client().handler() instanceof HubPort && end.client().peer() != null;
    }

    private static boolean isListedWithCard(NetworkEnd end, List<NetworkEnd> ends) {
        NetClient peer = end.client().peer();
        boolean connected = ends.stream().anyMatch(other -> other.client() == peer);
        return !end.isCard() && (connected || !end.listed());
    }

    private static void backendOf(NetworkEnd card, List<NetworkEnd> ends, StringBuilder text) {
        NetClient peer = card.client().peer();
        ends.stream()
                .filter(end -> end.client() == peer)
                .map(NetworkEnd::toString)
                .findFirst()
                .or(card::formerBackend)
                .ifPresent(backend -> text.append("   \\ ").append(backend).append('\n'));
    }
}
