package org.margay.netdev.socket.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.osgi.service.component.annotations.Component;

/** socket: networks of several machines, by a TCP connection between two, or by UDP to one or many. */
@Component(service = NetdevDriver.class)
@NetdevName("socket")
public final class SocketDriver implements NetdevDriver<SocketDriver.Options> {
    /**
     * Its options: one of listen, connect, mcast and udp.
     *
     * @param fd a socket that is open already
     * @param listen where to wait for a peer
     * @param connect where the peer waits
     * @param mcast a group that all join
     * @param localaddr with mcast, an address of the interface to use; with udp, where to receive
     * @param udp the peer
     * @param reconnect seconds until the peer is called again; 0 to call it only once
     */
    public record Options(
            Optional<String> fd,
            Optional<Endpoint> listen,
            Optional<Endpoint> connect,
            Optional<Endpoint> mcast,
            Optional<String> localaddr,
            Optional<Endpoint> udp,
            @Default("0") @PropertyType("uint16") int reconnect) {
        public Options {
            if (Stream.of(fd, listen, connect, mcast, udp)
                            .filter(Optional::isPresent)
                            .count()
                    != 1) {
                throw new IllegalArgumentException("exactly one of listen=, connect=, mcast= or udp= is required");
            }
            if (localaddr.isPresent() && mcast.isEmpty() && udp.isEmpty()) {
                throw new IllegalArgumentException("localaddr= is only valid with mcast= or udp=");
            }
            if (udp.isPresent()) {
                Endpoint.parse(
                        localaddr.orElseThrow(() -> new IllegalArgumentException("localaddr= is mandatory with udp=")));
            }
            if (reconnect != 0 && connect.isEmpty()) {
                throw new IllegalArgumentException("reconnect= is only valid with connect=");
            }
        }
    }

    @Override
    public String type() {
        return "socket";
    }

    @Override
    public String description() {
        return "a network of several machines over TCP or UDP";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        if (options.fd().isPresent()) {
            throw new DeviceException(
                    "fd= can't be had: this process does not take over sockets; use listen=, connect=, mcast= or udp=");
        }
        return SocketNetdev.open(id, machine, (exchange, workers) -> {
            if (options.listen().isPresent()) {
                return new StreamServer(options.listen().get().resolve(), exchange, workers);
            }
            if (options.connect().isPresent()) {
                Endpoint peer = options.connect().get();
                Duration pause = Duration.ofSeconds(options.reconnect());
                return new StreamClient(peer::resolve, peer.toString(), pause, exchange, workers);
            }
            String local = options.localaddr().orElse("");
            return options.mcast().isPresent()
                    ? Datagrams.multicast(options.mcast().get(), local, exchange, workers)
                    : Datagrams.unicast(Endpoint.parse(local), options.udp().orElseThrow(), exchange, workers);
        });
    }
}
