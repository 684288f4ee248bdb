package org.margay.nbd.internal;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Plain TCP, or a UNIX socket: to and from native memory without a copy in between. */
final class ChannelTransport implements Transport {
    private final SocketChannel channel;

    private ChannelTransport(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects. */
    static ChannelTransport connect(SocketAddress address, Duration timeout) throws IOException {
        if (address instanceof InetSocketAddress tcp) {
            if (tcp.isUnresolved()) {
                throw new UnknownHostException("address resolution failed for " + tcp.getHostString());
            }
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(tcp, Math.toIntExact(timeout.toMillis()));
                // Requests are small and waited for.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                return new ChannelTransport(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(address);
            return new ChannelTransport(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** For TLS to be put on. */
    Socket socket() {
        return channel.socket();
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("the server ended the connection");
            }
        }
    }

    @Override
    public void write(ByteBuffer[] sources) throws IOException {
        int first = 0;
        while (first < sources.length) {
            channel.write(sources, first, sources.length - first);
            while (first < sources.length && !sources[first].hasRemaining()) {
                first++;
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
