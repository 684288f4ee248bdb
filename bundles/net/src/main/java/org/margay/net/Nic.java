package org.margay.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;

/** What every network card has: an address, and an end of a wire that is known by the card's label. Under the machine lock. */
public final class Nic implements AutoCloseable {
    private final Network network;
    private final String model;
    private final MacAddress mac;
    private final NicProperties properties;
    private final NetClient client;

    private Nic(Network network, String model, MacAddress mac, NicProperties properties, NetClient client) {
        this.network = network;
        this.model = model;
        this.mac = mac;
        this.properties = properties;
        this.client = client;
    }

    /**
     * Gives a card its address and connects it.
     *
     * @param model the driver's name
     * @param handler the card
     * @throws DeviceException when the backend is not there, or has a card already
     */
    public static Nic attach(String model, NicProperties properties, DeviceContext context, NetClient.Handler handler)
            throws DeviceException {
        Network network = Network.of(context.machine());
        NetClient client = new NetClient(context.label(), handler);
        if (properties.netdev() != null) {
            Netdev netdev = find(model, properties.netdev(), context);
            connect(client, netdev, model, properties.netdev());
        } else if (properties.vlan() != null) {
            client.connect(network.hubPort(properties.vlan(), context.label()));
        }
        MacAddress mac = network.takeAddress(properties.mac());
        Nic nic = new Nic(network, model, mac, properties, client);
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
        client.connect(netdev.client());
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

    /** For {@link org.margay.machine.Device#properties()}: the address that it was given. */
    public Collection<ObjectProperty> properties() {
        List<ObjectProperty> live = new ArrayList<>();
        live.add(ObjectProperty.readOnly("mac", "macaddr", mac::toString));
        live.add(ObjectProperty.readOnly("vlan", "vlan", () -> properties.vlan() == null ? -1 : properties.vlan()));
        return live;
    }

    @Override
    public void close() {
        NetClient other = client.peer();
        client.close();
        network.remove(this, other);
    }
}
