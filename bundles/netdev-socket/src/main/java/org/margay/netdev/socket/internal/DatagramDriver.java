package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyType;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** dgram: what "socket" does with udp= and mcast=, in the words of later versions. */
@Component(service = NetdevDriver.class)
@NetdevName("dgram")
public final class DatagramDriver implements NetdevDriver<DatagramDriver.Options> {
    /**
     * Its options.
     *
     * @param remoteHost the peer, or the group that all join
     * @param localHost where to receive; of a group, an address of the interface to use
     */
    public record Options(
            @WireName("remote.type") Optional<AddressKind> remoteKind,
            @WireName("remote.host") Optional<String> remoteHost,
            @WireName("remote.port") @PropertyType("uint16") Optional<Integer> remotePort,
            @WireName("local.type") Optional<AddressKind> localKind,
            @WireName("local.host") Optional<String> localHost,
            @WireName("local.port") @PropertyType("uint16") Optional<Integer> localPort) {
        public Options {
            required("remote.type", remoteKind);
            required("remote.host", remoteHost);
            required("remote.port", remotePort);
            if (remoteKind.get() == AddressKind.UNIX
                    || localKind.filter(AddressKind.UNIX::equals).isPresent()) {
                throw new IllegalArgumentException("dgram has no UNIX sockets here");
            }
        }

        private static void required(String name, Optional<?> value) {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("Parameter '%s' is missing".formatted(name));
            }
        }

        private Endpoint remote() {
            return new Endpoint(remoteHost.orElseThrow(), remotePort.orElseThrow());
        }
    }

    @Override
    public String type() {
        return "dgram";
    }

    @Override
    public String description() {
        return "a network of two or more machines over UDP";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        Endpoint remote = options.remote();
        return SocketNetdev.open(id, machine, (exchange, workers) -> {
            if (remote.resolve().getAddress().isMulticastAddress()) {
                return Datagrams.multicast(remote, options.localHost().orElse(""), exchange, workers);
            }
            Endpoint local = new Endpoint(
                    options.localHost().orElse(""),
                    options.localPort().orElseThrow(() -> new IOException("dgram requires local= parameter")));
            return Datagrams.unicast(local, remote, exchange, workers);
        });
    }
}
