package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** stream: what "socket" does with listen= and connect=, in the words of later versions, and by UNIX sockets too. */
@Component(service = NetdevDriver.class)
@NetdevName("stream")
public final class StreamDriver implements NetdevDriver<StreamDriver.Options> {
    /**
     * Its options.
     *
     * @param server whether to wait for the peer, instead of calling it
     * @param kind of address
     * @param host of a peer, or of our own
     * @param port there
     * @param path of a UNIX socket
     * @param reconnect seconds until the peer is called again; 0 to call it only once
     */
    public record Options(
            @Default("off") boolean server,
            @WireName("addr.type") Optional<AddressKind> kind,
            @WireName("addr.host") Optional<String> host,
            @WireName("addr.port") @PropertyType("uint16") Optional<Integer> port,
            @WireName("addr.path") Optional<String> path,
            @Default("0") @PropertyType("uint16") int reconnect) {
        public Options {
            AddressKind said = kind.orElseThrow(() -> new IllegalArgumentException("Parameter 'addr.type' is missing"));
            boolean inet = said == AddressKind.INET;
            if (inet && port.isEmpty()) {
                throw new IllegalArgumentException("Parameter 'addr.port' is missing");
            }
            if (!inet && path.isEmpty()) {
                throw new IllegalArgumentException("Parameter 'addr.path' is missing");
            }
            if (inet ? path.isPresent() : host.isPresent() || port.isPresent()) {
                throw new IllegalArgumentException("Parameter 'addr.type' does not go with the other parts of 'addr'");
            }
            if (reconnect != 0 && server) {
                throw new IllegalArgumentException("Parameter 'reconnect' is not for servers");
            }
        }

        private Optional<Endpoint> endpoint() {
            return port.map(there -> new Endpoint(host.orElse(""), there));
        }

        private SocketAddress address() throws IOException {
            Optional<Endpoint> endpoint = endpoint();
            return endpoint.isPresent() ? endpoint.get().resolve() : UnixDomainSocketAddress.of(path.orElseThrow());
        }

        private String name() {
            return endpoint().map(Endpoint::toString).or(() -> path).orElseThrow();
        }
    }

    @Override
    public String type() {
        return "stream";
    }

    @Override
    public String description() {
        return "a network of two machines over TCP or a UNIX socket";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        return SocketNetdev.open(
                id,
                machine,
                (exchange, workers) -> options.server()
                        ? new StreamServer(options.address(), exchange, workers)
                        : new StreamClient(
                                options::address,
                                options.name(),
                                Duration.ofSeconds(options.reconnect()),
                                exchange,
                                workers));
    }
}
