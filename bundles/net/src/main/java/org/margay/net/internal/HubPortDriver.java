package org.margay.net.internal;

import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.net.Network;
import org.osgi.service.component.annotations.Component;

/** hubport: a port of a hub, for a card to name; or for another backend, which is then in the hub itself. */
@Component(service = NetdevDriver.class)
@NetdevName("hubport")
public final class HubPortDriver implements NetdevDriver<HubPortDriver.Options> {
    /**
     * Its options.
     *
     * @param hubid number of the hub
     * @param netdev id of a backend to plug into the port
     */
    public record Options(int hubid, Optional<String> netdev) {
        public Options {
            if (hubid < 0) {
                throw new IllegalArgumentException("Parameter 'hubid' expects a number from 0 on, not " + hubid);
            }
        }
    }

    @Override
    public String type() {
        return "hubport";
    }

    @Override
    public String description() {
        return "a port of a hub, where several networks meet";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        Network network = Network.of(machine);
        Optional<Netdev> plugged = Optional.empty();
        if (options.netdev().isPresent()) {
            plugged = Optional.of(required(machine, options.netdev().get()));
        }
        Netdev port = network.hubPort(options.hubid(), id);
        plugged.ifPresent(netdev -> netdev.client().connect(port.client()));
        return port;
    }

    private static Netdev required(Machine machine, String id) throws DeviceException {
        Netdev netdev = machine.backends()
                .find(Netdev.class, id)
                .orElseThrow(() -> new DeviceException("netdev '%s' not found".formatted(id)));
        if (netdev.client().peer() != null) {
            throw new DeviceException("netdev '%s' is in use".formatted(id));
        }
        if (Network.isHubPort(netdev)) {
            throw new DeviceException("netdev '%s' is the port of a hub itself".formatted(id));
        }
        return netdev;
    }
}
