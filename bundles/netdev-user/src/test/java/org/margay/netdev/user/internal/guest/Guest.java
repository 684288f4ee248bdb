package org.margay.netdev.user.internal.guest;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.margay.machine.Clock;
import org.margay.net.Frame;
import org.margay.net.Offload;

/** A guest with one card: ARP, UDP and ICMP as they come, TCP by {@link GuestTcp}. */
public final class Guest {
    public static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    public static final byte[] ROUTER_MAC = {0x52, 0x55, 10, 0, 2, 2};
    public static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    /** Received. */
    public record Udp(InetAddress source, int sourcePort, int port, byte[] data) {}

    private final Wiring wiring;
    private final Clock clock;
    private final InetAddress address;
    private final Map<String, GuestTcp> connections = new HashMap<>();
    private final Map<Integer, GuestTcp> listeners = new HashMap<>();
    private final Deque<Udp> udp = new ArrayDeque<>();
    private final List<Packet> icmp = new ArrayList<>();
    private final List<Packet> others = new ArrayList<>();
    private final List<byte[]> arps = new ArrayList<>();
    private boolean tcpSilent;

    public Guest(Wiring wiring, Clock clock, String address) {
        this.wiring = wiring;
        this.clock = clock;
        this.address = Packet.address(address);
    }

    public InetAddress address() {
        return address;
    }

    public Clock clock() {
        return clock;
    }

    public Wiring wiring() {
        return wiring;
    }

    /** UDP that came and was not looked at. */
    public Deque<Udp> udp() {
        return udp;
    }

    public List<Packet> icmp() {
        return icmp;
    }

    /** What nobody waited for: TCP of no connection, fragments. */
    public List<Packet> others() {
        return others;
    }

    public List<byte[]> arps() {
        return arps;
    }

    /** Whether TCP segments of no connection go without answer. */
    public void tcpSilent(boolean silent) {
        tcpSilent = silent;
    }

    /** Handles what came; false when there was nothing to do. */
    public boolean run() {
        boolean worked = wiring.take(this::receive);
        for (GuestTcp connection : List.copyOf(connections.values())) {
            connection.tick();
            if (connection.gone()) {
                connections.values().remove(connection);
            }
        }
        return worked;
    }

    private void receive(Frame frame) {
        byte[] bytes = frame.bytes();
        int type = (bytes[12] & 0xFF) << 8 | bytes[13] & 0xFF;
        if (type == 0x0806) {
            arp(bytes);
            return;
        }
        Packet packet = Packet.read(frame);
        boolean fragment =
                packet.isV4() && ((bytes[20] << 8 | bytes[21] & 0xFF) & 0x3FFF) != 0 || packet.protocol() == 44;
        if (fragment) {
            others.add(packet);
            return;
        }
        switch (packet.protocol()) {
            case Packet.UDP -> {
                ByteBuffer in = ByteBuffer.wrap(packet.payload());
                udp.add(new Udp(
                        packet.source(),
                        in.getShort(0) & 0xFFFF,
                        in.getShort(2) & 0xFFFF,
                        Arrays.copyOfRange(packet.payload(), 8, packet.payload().length)));
            }
            case Packet.TCP -> tcp(packet, frame.offload());
            case Packet.ICMP, Packet.ICMP6 -> icmp.add(packet);
            default -> others.add(packet);
        }
    }

    private void arp(byte[] bytes) {
        arps.add(bytes);
        boolean asksForMe = bytes[21] == 1 && Arrays.equals(Arrays.copyOfRange(bytes, 38, 42), address.getAddress());
        if (asksForMe) {
            wiring.send(new Frame(arp(2, address.getAddress(), Arrays.copyOfRange(bytes, 28, 32))));
        }
    }

    /** A frame of ARP. */
    public static byte[] arp(int operation, byte[] sender, byte[] target) {
        ByteBuffer frame = ByteBuffer.allocate(42);
        frame.put(BROADCAST).put(MAC).putShort((short) 0x0806);
        frame.putShort((short) 1)
                .putShort((short) 0x0800)
                .putShort((short) 0x0604)
                .putShort((short) operation);
        frame.put(MAC).put(sender).put(new byte[6]).put(target);
        return frame.array();
    }

    private void tcp(Packet packet, Offload offload) {
        ByteBuffer in = ByteBuffer.wrap(packet.payload());
        int remotePort = in.getShort(0) & 0xFFFF;
        int port = in.getShort(2) & 0xFFFF;
        GuestTcp connection = connections.get(key(port, packet.source(), remotePort));
        if (connection == null && (in.get(13) & 0x12) == 2) {
            connection = listeners.remove(port);
            if (connection != null) {
                connection.accept(packet.source(), remotePort);
                connections.put(connection.key(), connection);
            }
        }
        if (connection != null) {
            connection.receive(packet.payload(), offload);
            return;
        }
        others.add(packet);
        if (!tcpSilent && (in.get(13) & 4) == 0) {
            GuestTcp.refuse(this, packet);
        }
    }

    static String key(int port, InetAddress remote, int remotePort) {
        return port + " " + remote.getHostAddress() + " " + remotePort;
    }

    /** Opens a connection. */
    public GuestTcp connect(int port, String remote, int remotePort) {
        return connect(port, remote, remotePort, _ -> {});
    }

    /** Opens a connection that is set up first. */
    public GuestTcp connect(int port, String remote, int remotePort, Consumer<GuestTcp> setup) {
        GuestTcp connection = new GuestTcp(this, port);
        setup.accept(connection);
        connection.connect(Packet.address(remote), remotePort);
        connections.put(connection.key(), connection);
        return connection;
    }

    /** Waits for one connection. */
    public GuestTcp listen(int port) {
        GuestTcp connection = new GuestTcp(this, port);
        listeners.put(port, connection);
        return connection;
    }

    public int connections() {
        return connections.size();
    }

    public void send(Packet packet) {
        send(packet, Offload.NONE);
    }

    public void send(Packet packet, Offload offload) {
        wiring.send(new Frame(packet.frame(ROUTER_MAC, MAC), offload));
    }

    /** Sends UDP. */
    public void sendUdp(int port, String to, int toPort, byte[] data) {
        send(udpPacket(address, port, Packet.address(to), toPort, data));
    }

    /** A packet of UDP. */
    public static Packet udpPacket(InetAddress from, int port, InetAddress to, int toPort, byte[] data) {
        ByteBuffer payload = ByteBuffer.allocate(8 + data.length);
        payload.putShort((short) port).putShort((short) toPort).putShort((short) (8 + data.length));
        payload.putShort((short) 0).put(data);
        return new Packet(from, to, Packet.UDP, 64, payload.array()).withSum(6);
    }

    /** Sends an ICMP echo request. */
    public void ping(String to, int hops, byte[] data) {
        ByteBuffer payload = ByteBuffer.allocate(8 + data.length);
        payload.put((byte) (address instanceof java.net.Inet4Address ? 8 : 128))
                .put((byte) 0)
                .putShort((short) 0);
        payload.putInt(0x0001_0001).put(data);
        int protocol = address instanceof java.net.Inet4Address ? Packet.ICMP : Packet.ICMP6;
        send(new Packet(address, Packet.address(to), protocol, hops, payload.array()).withSum(2));
    }
}
