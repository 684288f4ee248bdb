package org.margay.net.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backends from drivers, and makes them anew when their driver's bundle has been exchanged: with the same options, at the same
 * wire. One per machine, made when first asked for. Under the machine lock.
 */
public final class Netdevs {
    private static final Logger LOG = LoggerFactory.getLogger(Netdevs.class);

    /**
     * A backend whose driver has gone.
     *
     * @param card that used it, or null
     * @param linkUp of the card, before
     */
    private record Absent(NetdevRequest request, @Nullable NetClient card, boolean linkUp) {}

    private final Machine machine;
    private final Network network;
    private final Map<String, NetdevRequest> requests = new LinkedHashMap<>();
    private final List<Absent> absent = new ArrayList<>();

    private Netdevs(Machine machine) {
        this.machine = machine;
        this.network = Network.of(machine);
    }

    public static Netdevs of(Machine machine) {
        return machine.findOrPublish(Netdevs.class, () -> new Netdevs(machine));
    }

    /** Refuses an id that another backend has. */
    public void checkFree(String id) throws DeviceException {
        if (network.netdevs().containsKey(id)) {
            throw new DeviceException("Duplicate ID '%s' for netdev".formatted(id));
        }
    }

    /**
     * Makes a backend and plugs it in.
     *
     * @throws DeviceException when its id is taken, its options are wrong, or it can't be
     */
    public Netdev create(NetdevDriver<?> driver, NetdevRequest request) throws DeviceException {
        return create(driver, request, Wording.ofOption());
    }

    /** With other words for what is wrong with the options. */
    public Netdev create(NetdevDriver<?> driver, NetdevRequest request, Wording wording) throws DeviceException {
        checkFree(request.id());
        Netdev made = start(driver, request, wording);
        try {
            network.add(request.type(), request.id(), made);
        } catch (DeviceException e) {
            made.close();
            throw e;
        }
        request.vlan().ifPresent(number -> network.plug(number, made.client()));
        requests.put(request.id(), request);
        return made;
    }

    private <P extends Record> Netdev start(NetdevDriver<P> driver, NetdevRequest request, Wording wording)
            throws DeviceException {
        P options = new PropertyBinder<>(driver.optionsType(), wording).bindAll(request.options());
        try {
            return driver.create(request.id(), options, machine);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            LOG.error("driver of netdev {} failed", request, e);
            throw new DeviceException("Device '%s' could not be initialized".formatted(request.type()));
        }
    }

    /**
     * Takes a backend away.
     *
     * @return false when there is none of that id
     */
    public boolean delete(String id) {
        requests.remove(id);
        absent.removeIf(gone -> gone.request().id().equals(id));
        return network.remove(id);
    }

    /** Takes backends away whose driver goes; they come back with it. */
    public void park(Predicate<Netdev> goes) {
        network.netdevs().forEach((id, netdev) -> {
            NetdevRequest request = requests.get(id);
            if (request != null && goes.test(netdev)) {
                NetClient peer = netdev.client().peer();
                NetClient card = request.vlan().isPresent() ? null : peer;
                absent.add(new Absent(request, card, peer != null && peer.linkUp()));
                requests.remove(id);
                network.remove(id);
                LOG.info("netdev {} is gone with its driver", request);
            }
        });
    }

    /** Makes those anew whose driver is there again. */
    public void revive(NetdevDriver<?> driver) {
        for (Absent gone : List.copyOf(absent)) {
            if (gone.request().type().equals(driver.type())) {
                absent.remove(gone);
                revive(driver, gone);
            }
        }
    }

    private void revive(NetdevDriver<?> driver, Absent gone) {
        try {
            Netdev made = create(driver, gone.request());
            Optional.ofNullable(gone.card()).filter(this::isFree).ifPresent(card -> {
                card.connect(made.client());
                card.setLink(gone.linkUp());
            });
            LOG.info("netdev {} is back", gone.request());
        } catch (DeviceException e) {
            LOG.error("netdev {} does not come back: {}", gone.request(), e.description());
        }
    }

    private boolean isFree(NetClient card) {
        return card.peer() == null && network.clients(card.name()).contains(card);
    }
}
