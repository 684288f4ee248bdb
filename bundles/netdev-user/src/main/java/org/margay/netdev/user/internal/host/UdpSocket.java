package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.udp.HostDatagrams;

/**
 * A UDP socket of the host. As long as all goes to one peer, the socket is connected to it: so the host tells when that peer does
 * not listen. From the second peer on it takes what comes from anywhere.
 */
final class UdpSocket implements HostDatagrams {
    private final DatagramChannel channel;
    private final Reactor reactor;
    private final Reactor.Watch watch;
    /** What is written goes through here; free between calls. */
    private final ByteBuffer buffer;

    private final InetSocketAddress address;
    private final boolean listens;
    private @Nullable InetSocketAddress onlyPeer;
    private boolean manyPeers;

    private UdpSocket(
            DatagramChannel channel,
            InetSocketAddress address,
            boolean listens,
            Reactor reactor,
            ByteBuffer buffer,
            Events events)
            throws IOException {
        this.channel = channel;
        this.listens = listens;
        this.manyPeers = listens;
        this.reactor = reactor;
        this.buffer = buffer;
        try {
            channel.bind(address);
            this.address = (InetSocketAddress) channel.getLocalAddress();
            watch = reactor.watch(channel, _ -> events.readable());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** One that sends first. */
    static UdpSocket open(Reactor reactor, ByteBuffer buffer, Events events) throws IOException {
        return new UdpSocket(DatagramChannel.open(), new InetSocketAddress(0), false, reactor, buffer, events);
    }

    /** One that waits for peers. */
    static UdpSocket listen(InetSocketAddress address, Reactor reactor, ByteBuffer buffer, Events events)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open(HostSockets.family(address));
        return new UdpSocket(channel, address, true, reactor, buffer, events);
    }

    @Override
    public void send(byte[] bytes, int offset, int length, InetSocketAddress to) throws IOException {
        buffer.clear().put(bytes, offset, length).flip();
        try {
            choosePeer(to);
            if (manyPeers) {
                channel.send(buffer, to);
            } else {
                channel.write(buffer);
            }
        } catch (UnsupportedAddressTypeException e) {
            throw new SocketException("no sockets for " + to, e);
        }
    }

    private void choosePeer(InetSocketAddress to) throws IOException {
        if (manyPeers || to.equals(onlyPeer)) {
            return;
        }
        if (onlyPeer == null) {
            channel.connect(to);
            onlyPeer = to;
        } else {
            channel.disconnect();
            manyPeers = true;
        }
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer target) throws IOException {
        return (InetSocketAddress) channel.receive(target);
    }

    @Override
    public void awaitReadable() {
        watch.await(SelectionKey.OP_READ);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        watch.close();
        if (listens) {
            reactor.flush();
        }
    }
}
