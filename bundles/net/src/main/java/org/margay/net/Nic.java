package org.margay.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;

/** What every network card has: an address, and an end of a wire that is known by the card's label. Under the machine lock. */
public final class Nic implements AutoCloseable {
    /** What the property "vlan" is for a card that is in no hub. */
    private static final int NO_VLAN = -1;

    private final Network network;
    private final String model;
    private final MacAddress mac;
    private final NicProperties properties;
    private final NetClient client;
    /** What "info network" said of its backend before that was taken away. */
    private @Nullable String formerBackend;

    private Nic(Network network, String model, MacAddress mac, NicProperties properties, NetClient client) {
        this.network = network;
        this.model = model;
        this.mac = mac;
        this.properties = properties;
        this.client = client;
    }

    /**
     * Gives a card its address and connects it. The card may call this while it is made: it is not called back before that is done,
     * and asks for {@link #linkUp} itself.
     *
     * @param model the driver's name
     * @param handler the card
     * @throws DeviceException when the backend is not there, or has a card already
     */
    public static Nic attach(String model, NicProperties properties, DeviceContext context, NetClient.Handler handler)
            throws DeviceException {
        Network network = Network.of(context.machine());
        NetClient client = new NetClient(context.label(), handler);
        String backend = properties.netdev();
        boolean withoutBackend = backend != null && backend.isEmpty();
        if (context.returning() ? network.wasSwitchedOff(context.label()) : withoutBackend) {
            client.beginUnlinked();
        }
        if (backend != null && !withoutBackend) {
            connect(client, find(model, backend, context), model, backend);
        } else if (properties.vlan() != null && properties.vlan() != NO_VLAN) {
            client.join(network.portForWire(properties.vlan()));
        }
        Nic nic = new Nic(network, model, network.addressFor(properties.mac()), properties, client);
        network.add(nic);
        return nic;
    }

    private static Netdev find(String model, String id, DeviceContext context) throws DeviceException {
        try {
            return context.backend(Netdev.class, id);
        } catch (DeviceException e) {
            throw new DeviceException(
                    e.errorClass(), "Property '%s.netdev' can't find value '%s'".formatted(model, id));
        }
    }

    private static void connect(NetClient client, Netdev netdev, String model, String id) throws DeviceException {
        if (netdev.client().peer() != null) {
            throw new DeviceException("Property '%s.netdev' can't take value '%s', it's in use".formatted(model, id));
        }
        client.join(netdev.client());
    }

    public String model() {
        return model;
    }

    /** The address that the card has in its ROM. */
    public MacAddress mac() {
        return mac;
    }

    /** The card's end of the wire. */
    public NetClient client() {
        return client;
    }

    /** Whether the card sees a link: its own is not switched off, and the other side's, if there is one, is not either. */
    public boolean linkUp() {
        return client.linkUp() && (client.peer() == null || client.peer().linkUp());
    }

    /** Its backend is taken away: the card sees no link, until somebody switches that on again. */
    void lose(String backend) {
        formerBackend = backend;
        client.setLink(false);
    }

    Optional<String> formerBackend() {
        return Optional.ofNullable(formerBackend);
    }

    /** For {@link org.margay.machine.Device#properties()}: the address that it was given. */
    public Collection<ObjectProperty> properties() {
        List<ObjectProperty> live = new ArrayList<>();
        live.add(ObjectProperty.readOnly("mac", "macaddr", mac::toString));
        live.add(
                ObjectProperty.readOnly("vlan", "vlan", () -> properties.vlan() == null ? NO_VLAN : properties.vlan()));
        if (formerBackend != null && client.peer() == null) {
            // Made anew after an update of its driver, the card is to be without a backend again.
            live.add(ObjectProperty.readOnly("netdev", "netdev", () -> ""));
        }
        return live;
    }

    @Override
    public void close() {
        client.close();
        network.remove(this);
    }
}
