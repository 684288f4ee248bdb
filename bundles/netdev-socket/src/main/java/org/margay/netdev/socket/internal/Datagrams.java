package org.margay.netdev.socket.internal;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import org.margay.net.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each frame in a UDP datagram, to a peer or to all members of a multicast group. */
final class Datagrams implements Line {
    private static final Logger LOG = LoggerFactory.getLogger(Datagrams.class);

    /** Bytes of a datagram at most (RFC 768): a longer frame is lost. */
    private static final int MAXIMUM = 65_507;

    private final String info;
    private final Exchange exchange;
    private final DatagramSocket receiver;
    /** Of a group, another one: its address tells our own datagrams, which come back, from those of others. */
    private final DatagramSocket sender;

    private Datagrams(
            String info,
            Exchange exchange,
            Workers workers,
            DatagramSocket receiver,
            DatagramSocket sender,
            Endpoint target) {
        this.info = info;
        this.exchange = exchange;
        this.receiver = receiver;
        this.sender = sender;
        exchange.outbound().connect();
        workers.start(this::receive);
        workers.start(() -> send(target));
    }

    /** Datagrams from anybody to a local port, and to a peer. */
    static Datagrams unicast(Endpoint local, Endpoint remote, Exchange exchange, Workers workers) throws IOException {
        DatagramSocket socket = bound(local.resolve());
        return new Datagrams("socket: udp=" + remote, exchange, workers, socket, socket, remote);
    }

    /**
     * Datagrams of a group.
     *
     * @param local an address of the interface to use; empty for the system's choice
     */
    static Datagrams multicast(Endpoint group, String local, Exchange exchange, Workers workers) throws IOException {
        InetSocketAddress address = group.resolve();
        if (!address.getAddress().isMulticastAddress()) {
            throw new IOException("specified mcastaddr %s does not contain a multicast address".formatted(group));
        }
        DatagramSocket receiver = bound(address);
        try {
            DatagramSocket sender =
                    new DatagramSocket(new InetSocketAddress(anyOrThis(local, address.getAddress()), 0));
            try {
                sender.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
                if (local.isEmpty()) {
                    receiver.joinGroup(address, null);
                } else {
                    NetworkInterface through = interfaceOf(local);
                    receiver.joinGroup(address, through);
                    sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, through);
                }
                return new Datagrams("socket: mcast=" + group, exchange, workers, receiver, sender, group);
            } catch (IOException | RuntimeException e) {
                sender.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            receiver.close();
            throw e;
        }
    }

    private static InetAddress anyOrThis(String local, InetAddress group) throws IOException {
        return local.isEmpty()
                ? InetAddress.getByAddress(new byte[group.getAddress().length])
                : InetAddress.getByName(local);
    }

    private static NetworkInterface interfaceOf(String local) throws IOException {
        NetworkInterface found = NetworkInterface.getByInetAddress(InetAddress.getByName(local));
        if (found == null) {
            throw new IOException("localaddr %s is no address of this host".formatted(local));
        }
        return found;
    }

    private static DatagramSocket bound(InetSocketAddress address) throws IOException {
        DatagramSocket socket = new DatagramSocket(null);
        try {
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("can't bind socket to %s: %s".formatted(Endpoint.of(address), e.getMessage()), e);
        }
    }

    private void receive() throws InterruptedException {
        DatagramPacket packet = new DatagramPacket(new byte[Frame.MAXIMUM], Frame.MAXIMUM);
        while (!receiver.isClosed()) {
            try {
                receiver.receive(packet);
            } catch (IOException e) {
                LOG.debug("netdev {}: {}", exchange.client().name(), e.getMessage());
                continue;
            }
            if (packet.getLength() > 0 && !isOurs(packet)) {
                exchange.inbound().add(Arrays.copyOf(packet.getData(), packet.getLength()));
            }
            packet.setLength(Frame.MAXIMUM);
        }
    }

    private boolean isOurs(DatagramPacket packet) {
        if (sender.equals(receiver) || packet.getPort() != sender.getLocalPort()) {
            return false;
        }
        try {
            return NetworkInterface.getByInetAddress(packet.getAddress()) != null;
        } catch (SocketException _) {
            return false;
        }
    }

    private void send(Endpoint target) throws InterruptedException {
        try {
            InetSocketAddress address = target.resolve();
            while (true) {
                byte[] frame = exchange.outbound().next();
                if (frame.length <= MAXIMUM && !sendTo(address, frame)) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.warn("netdev {}: {}: {}", exchange.client().name(), target, e.getMessage());
        }
    }

    /** A datagram that nobody takes is lost. False when the socket is closed. */
    private boolean sendTo(InetSocketAddress address, byte[] frame) {
        try {
            sender.send(new DatagramPacket(frame, frame.length, address));
        } catch (IOException e) {
            LOG.trace("netdev {}: {}", exchange.client().name(), e.getMessage());
        }
        return !sender.isClosed();
    }

    @Override
    public String info() {
        return info;
    }

    @Override
    public void close() {
        receiver.close();
        sender.close();
    }
}
