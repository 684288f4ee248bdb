package org.margay.netdev.user.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.Chardev;
import org.margay.machine.DeviceException;
import org.margay.net.Frame;
import org.margay.net.HostForwarding;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.OffloadSet;
import org.margay.netdev.user.internal.dhcp.DhcpServer;
import org.margay.netdev.user.internal.dhcp.Dhcpv6Server;
import org.margay.netdev.user.internal.host.ChardevForward;
import org.margay.netdev.user.internal.host.HostDirectory;
import org.margay.netdev.user.internal.host.HostSockets;
import org.margay.netdev.user.internal.host.ProcessStream;
import org.margay.netdev.user.internal.host.Reactor;
import org.margay.netdev.user.internal.ip.EchoProbe;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Ip;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Subnet;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.tcp.HostStream;
import org.margay.netdev.user.internal.tcp.TcpStack;
import org.margay.netdev.user.internal.tftp.TftpServer;
import org.margay.netdev.user.internal.udp.UdpStack;

/** A user network: the router that guests see, put together. */
final class UserNetdev implements Netdev, HostForwarding, NetClient.Handler {
    /**
     * What the network uses of the host.
     *
     * @param nameServer the host's own
     * @param echo finds out who answers
     * @param chardevs by id
     */
    record HostServices(
            Supplier<Optional<InetSocketAddress>> nameServer,
            EchoProbe echo,
            Function<String, Optional<Chardev>> chardevs) {}

    private final UserSettings settings;
    private final NetClient client;
    private final Ip ip;
    private final HostSockets sockets;
    private final TcpStack tcp;
    private final UdpStack udp;
    private final HostForwards forwards;
    /** What else is to be closed. */
    private final List<Runnable> others = new ArrayList<>();

    UserNetdev(String id, UserSettings settings, Environment environment, HostServices services)
            throws DeviceException {
        this.settings = settings;
        VirtualNetwork network = settings.network();
        client = new NetClient(id, this);
        ip = new Ip(network, client, environment, services.echo());
        sockets = openSockets(id, environment);
        Map<Port, HostStream.Opener> servers = new HashMap<>();
        Router router = new Router(network, servers, sockets, services.nameServer(), environment.loop());
        tcp = new TcpStack(network, ip, environment, router);
        udp = new UdpStack(network, ip, environment, router, sockets);
        forwards = new HostForwards(network, sockets, tcp, udp, environment.random());
        serve(environment);
        try {
            for (GuestForwardRule rule : settings.guestForwards()) {
                servers.put(rule.server(), opener(rule.target(), services, environment));
            }
            for (HostForwardRule rule : settings.hostForwards()) {
                open(rule);
            }
        } catch (DeviceException e) {
            close();
            throw e;
        }
    }

    private static HostSockets openSockets(String id, Environment environment) throws DeviceException {
        try {
            return new HostSockets(new Reactor(id, environment.loop()));
        } catch (IOException e) {
            throw new DeviceException("no selector: " + e.getMessage());
        }
    }

    private void serve(Environment environment) {
        Subnet v4 = settings.network().v4();
        if (v4 != null) {
            new DhcpServer(settings.network(), v4, settings.dhcp(), ip, udp, environment).start();
        }
        Subnet v6 = settings.network().v6();
        if (v6 != null) {
            new Dhcpv6Server(settings.network(), v6, settings.dhcp(), udp).start();
        }
        if (settings.tftp() != null) {
            TftpServer tftp = new TftpServer(new HostDirectory(settings.tftp(), environment.loop()), udp, environment);
            tftp.start();
            others.add(tftp::close);
        }
    }

    private HostStream.Opener opener(GuestForwardRule.Target target, HostServices services, Environment environment)
            throws DeviceException {
        return switch (target) {
            case GuestForwardRule.Target.Tcp tcpTarget -> sockets.connector(tcpTarget.address());
            case GuestForwardRule.Target.Unix unix -> sockets.connector(unix.address());
            case GuestForwardRule.Target.Command command ->
                events -> new ProcessStream(command.command(), environment.loop(), events);
            case GuestForwardRule.Target.Chardev named -> {
                Chardev chardev = services.chardevs()
                        .apply(named.id())
                        .orElseThrow(() -> new DeviceException("chardev '%s' not found".formatted(named.id())));
                yield take(chardev, environment);
            }
        };
    }

    private HostStream.Opener take(Chardev chardev, Environment environment) throws DeviceException {
        try {
            ChardevForward forward = new ChardevForward(chardev, environment.loop());
            others.add(forward::close);
            return forward;
        } catch (IllegalStateException _) {
            throw new DeviceException("chardev '%s' is in use".formatted(chardev.label()));
        }
    }

    // ---- the guest's side

    @Override
    public NetClient client() {
        return client;
    }

    @Override
    public String info() {
        Subnet shown = settings.network().v4() != null
                ? settings.network().v4()
                : settings.network().v6();
        return "net=%s,restrict=%s"
                .formatted(
                        shown == null ? "" : shown.network(), settings.network().restricted() ? "on" : "off");
    }

    @Override
    public void receive(Frame frame) {
        ip.receive(frame);
    }

    @Override
    public void drained() {
        ip.wire().drained();
    }

    /** What waited for the guest is lost with the link: there is nothing to wait for. */
    @Override
    public void linkChanged() {
        ip.wire().drained();
    }

    @Override
    public OffloadSet offloads() {
        return OffloadSet.ALL;
    }

    // ---- ports of the host

    @Override
    public void add(String rule) throws DeviceException {
        try {
            open(UserSettings.hostForward(rule, settings.network(), firstGuest()));
        } catch (IllegalArgumentException e) {
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable IpAddress firstGuest() {
        return settings.network().v4() == null ? null : settings.dhcp().first();
    }

    private void open(HostForwardRule rule) throws DeviceException {
        try {
            forwards.add(rule);
        } catch (IOException e) {
            throw new DeviceException("could not set up host forwarding rule '%s': %s".formatted(rule, e.getMessage()));
        }
    }

    @Override
    public boolean remove(String port) throws DeviceException {
        try {
            return forwards.remove(HostForwardRule.Place.parse(port));
        } catch (IllegalArgumentException e) {
            throw new DeviceException("invalid host forwarding rule '%s': %s".formatted(port, e.getMessage()));
        }
    }

    @Override
    public List<String> list() {
        return forwards.rules().stream().map(HostForwardRule::toString).toList();
    }

    /** Connections and ports in use, for those who look at it. */
    List<String> connections() {
        List<String> all = new ArrayList<>(tcp.connections());
        udp.ports().forEach(port -> all.add("UDP " + port));
        return all;
    }

    @Override
    public void close() {
        client.close();
        forwards.close();
        tcp.close();
        udp.close();
        others.forEach(Runnable::run);
        ip.close();
        sockets.close();
    }
}
