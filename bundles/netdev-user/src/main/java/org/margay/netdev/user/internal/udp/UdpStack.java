package org.margay.netdev.user.internal.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Timer;
import org.margay.net.Offload;
import org.margay.netdev.user.internal.dns.ServerFailure;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Checksum;
import org.margay.netdev.user.internal.ip.Datagram;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Ip;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Problem;
import org.margay.netdev.user.internal.ip.Route;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.ip.Wire;

/**
 * UDP (RFC 768) of a virtual network. Each port of a guest has a socket of the host, whatever it sends to (RFC 4787: mapping and
 * filtering do not depend on the other end, as far as sockets let it be so). Under the machine lock.
 */
public final class UdpStack implements AutoCloseable {
    /** Ports of guests at a time; the one that was silent for longest goes. */
    public static final int PORTS = 1_024;

    private static final int CHECKSUM = 6;

    /** Bytes of the largest datagram. */
    private static final int LARGEST = 0xFFFF;

    private static final long SWEEP = 10 * Environment.SECOND;

    /** The router's own, at one of its ports. */
    @FunctionalInterface
    public interface Service {
        void receive(Message message);
    }

    private final VirtualNetwork network;
    private final Ip ip;
    private final Environment environment;
    private final Route.Finder routes;
    private final HostDatagrams.Factory sockets;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
    private final Map<Integer, Service> services = new HashMap<>();
    private final List<UdpForward> forwards = new ArrayList<>();
    private final LinkedHashMap<Port, GuestPort> ports = new LinkedHashMap<>(16, 0.75f, true);
    private final Timer sweep;

    public UdpStack(
            VirtualNetwork network,
            Ip ip,
            Environment environment,
            Route.Finder routes,
            HostDatagrams.Factory sockets) {
        this.network = network;
        this.ip = ip;
        this.environment = environment;
        this.routes = routes;
        this.sockets = sockets;
        sweep = environment.clock().timer(this::sweep);
        ip.transport(Ip.UDP, this::receive);
    }

    Wire wire() {
        return ip.wire();
    }

    /** How a guest sees a peer of the host. */
    Port seen(InetSocketAddress peer, Port guest) {
        return new Port(network.seen(IpAddress.of(peer.getAddress()), guest.address()), peer.getPort());
    }

    /** What sockets are read into; free between calls. */
    ByteBuffer buffer() {
        return buffer;
    }

    long now() {
        return environment.clock().nanos();
    }

    /** Gives what comes for one of the router's ports, or for all, to a service. */
    public void service(int port, Service service) {
        services.put(port, service);
    }

    // ---- coming

    private void receive(Datagram datagram) {
        @Nullable Message message = Message.read(datagram);
        if (message == null) {
            return;
        }
        IpAddress destination = datagram.destination();
        boolean toAll = network.isBroadcast(destination) || destination.isMulticast();
        @Nullable Service service = services.get(message.destinationPort());
        if (service != null && (toAll || network.isHost(destination))) {
            service.receive(message);
        } else if (!toAll && !datagram.source().isAny()) {
            if (forwards.stream().noneMatch(forward -> forward.answer(message))) {
                forward(message);
            }
        }
    }

    private void forward(Message message) {
        switch (routes.find(message.destination())) {
            case Route.To to -> forward(message, to);
            case Route.Refused refused -> ip.refuse(message.datagram(), refused.problem());
            case Route.NoNameServer _ ->
                ServerFailure.answer(message.datagram().bytes(), message.data(), message.length())
                        .ifPresent(answer -> send(message.destination(), message.source(), answer));
        }
    }

    private void forward(Message message, Route.To to) {
        @Nullable GuestPort port = ports.get(message.source());
        if (port == null) {
            Optional<GuestPort> opened = open(message);
            if (opened.isEmpty()) {
                return;
            }
            port = opened.get();
        }
        port.send(message, to);
    }

    private Optional<GuestPort> open(Message message) {
        if (ports.size() == PORTS) {
            ports.pollFirstEntry().getValue().close();
        }
        try {
            GuestPort port = new GuestPort(this, message.source(), sockets);
            ports.put(message.source(), port);
            if (!sweep.armed()) {
                sweep.arm(now() + SWEEP);
            }
            return Optional.of(port);
        } catch (IOException _) {
            ip.refuse(message.datagram(), Problem.NETWORK_UNREACHABLE);
            return Optional.empty();
        }
    }

    void refuse(Datagram datagram, Problem problem) {
        ip.refuse(datagram, problem);
    }

    private void sweep() {
        for (GuestPort port : List.copyOf(ports.values())) {
            if (port.expired()) {
                ports.remove(port.guest());
                port.close();
            }
        }
        if (!ports.isEmpty()) {
            sweep.arm(now() + SWEEP);
        }
    }

    // ---- going

    /** Sends data to a guest. */
    public void send(Port from, Port to, byte[] data) {
        send(from, to, ByteBuffer.wrap(data));
    }

    /** Sends what remains in a buffer to a guest. */
    void send(Port from, Port to, ByteBuffer data) {
        int at = ip.headroom(to.address());
        byte[] frame = new byte[at + Message.HEADER + data.remaining()];
        int length = frame.length - at;
        Bytes.put16(frame, at, from.number());
        Bytes.put16(frame, at + 2, to.number());
        Bytes.put16(frame, at + 4, length);
        data.get(frame, at + Message.HEADER, data.remaining());
        long pseudo = Checksum.pseudoHeader(from.address(), to.address(), Ip.UDP, length);
        Offload offload = Offload.CHECKED;
        if (length <= ip.room(to.address()) && ip.wire().receiver().checksum()) {
            Bytes.put16(frame, at + CHECKSUM, Checksum.fold(pseudo));
            offload = new Offload(Offload.Checksum.PARTIAL, at, CHECKSUM, Offload.Segmentation.NONE, 0, 0, false);
        } else {
            int sum = Checksum.finish(Checksum.add(pseudo, frame, at, frame.length));
            Bytes.put16(frame, at + CHECKSUM, sum == 0 ? 0xFFFF : sum);
        }
        ip.send(from.address(), to.address(), Ip.UDP, frame, offload);
    }

    // ---- from the host

    /**
     * Opens a port of the host that leads to one of a guest.
     *
     * @throws IOException when it can't be had
     */
    public UdpForward listen(InetSocketAddress address, Port guest) throws IOException {
        UdpForward forward = new UdpForward(this, guest, address, sockets);
        forwards.add(forward);
        return forward;
    }

    void forget(UdpForward forward) {
        forwards.remove(forward);
    }

    /** Guests' ports that have a socket, such as "10.0.2.15:5353". */
    public List<String> ports() {
        List<String> all = new ArrayList<>();
        ports.keySet().forEach(port -> all.add(port.address() + ":" + port.number()));
        return all;
    }

    @Override
    public void close() {
        sweep.disarm();
        ports.values().forEach(GuestPort::close);
        ports.clear();
        List.copyOf(forwards).forEach(UdpForward::close);
    }
}
