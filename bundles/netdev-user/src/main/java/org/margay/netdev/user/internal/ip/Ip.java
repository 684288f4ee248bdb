package org.margay.netdev.user.internal.ip;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.NetClient;
import org.margay.net.Offload;

/**
 * All of IP that transports see. Frames to the guest are built in one piece: the transport leaves {@link #headroom} bytes free for
 * the headers below it.
 */
public final class Ip implements AutoCloseable {
    /** Protocol numbers. */
    public static final int ICMP = 1;

    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMP6 = 58;

    private final Wire wire;
    private final Ethernet ethernet;
    private final @Nullable Ipv4 v4;
    private final @Nullable Ipv6 v6;
    private final Map<Integer, Consumer<Datagram>> transports = new HashMap<>();

    public Ip(VirtualNetwork network, NetClient client, Environment environment, EchoProbe probe) {
        wire = new Wire(client);
        ethernet = new Ethernet(wire, network.mac());
        Subnet subnet4 = network.v4();
        Subnet subnet6 = network.v6();
        v4 = subnet4 == null ? null : new Ipv4(network, subnet4, ethernet, environment, probe, transports);
        v6 = subnet6 == null ? null : new Ipv6(network, subnet6, ethernet, environment, probe, transports);
    }

    public Wire wire() {
        return wire;
    }

    /** Gives a protocol's datagrams to its transport. */
    public void transport(int protocol, Consumer<Datagram> receiver) {
        transports.put(protocol, receiver);
    }

    public void receive(Frame frame) {
        ethernet.receive(frame);
    }

    public int headroom(IpAddress destination) {
        return layer(destination).headroom();
    }

    /** Payload of an IP datagram that goes in one frame. */
    public int room(IpAddress destination) {
        return Frame.MTU - (headroom(destination) - Frame.HEADER);
    }

    public void send(IpAddress source, IpAddress destination, int protocol, byte[] frame, Offload offload) {
        layer(destination).send(source, destination, protocol, frame, offload);
    }

    public void refuse(Datagram datagram, Problem problem) {
        layer(datagram.source()).refuse(datagram, problem);
    }

    /** Remembers whose an address is that was given to a guest, before the guest has said so. */
    public void learn(IpAddress address, MacAddress mac) {
        if (v4 != null && address.isV4()) {
            v4.learn(address, mac);
        }
    }

    private IpLayer layer(IpAddress address) {
        return Objects.requireNonNull(address.isV4() ? v4 : v6, "IP version is off");
    }

    @Override
    public void close() {
        if (v4 != null) {
            v4.close();
        }
        if (v6 != null) {
            v6.close();
        }
    }
}
