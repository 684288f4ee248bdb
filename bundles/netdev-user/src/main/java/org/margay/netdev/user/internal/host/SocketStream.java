package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.margay.netdev.user.internal.tcp.HostStream;

/** A TCP or UNIX socket of the host. */
final class SocketStream implements HostStream {
    private final SocketChannel channel;
    private final Events events;
    private final Reactor.Watch watch;
    /** What is written goes through here; free between calls. A channel would only use such a buffer of its own. */
    private final ByteBuffer buffer;

    /** Takes over a channel, and closes it when that fails. */
    SocketStream(SocketChannel channel, Reactor reactor, ByteBuffer buffer, Events events) throws IOException {
        this.channel = channel;
        this.buffer = buffer;
        this.events = events;
        try {
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            }
            watch = reactor.watch(channel, this::ready);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Connects a new socket; the events tell when it is there. */
    SocketStream connect(SocketAddress address, Reactor reactor) throws IOException {
        try {
            if (channel.connect(address)) {
                reactor.loop().execute(() -> watch.handle(SelectionKey.OP_CONNECT));
            } else {
                watch.await(SelectionKey.OP_CONNECT);
            }
            return this;
        } catch (IOException e) {
            watch.close();
            throw e;
        }
    }

    private void ready(int operations) {
        if ((operations & SelectionKey.OP_CONNECT) != 0) {
            finishConnect();
        }
        if ((operations & SelectionKey.OP_READ) != 0 && !watch.closed()) {
            events.readable();
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && !watch.closed()) {
            events.writable();
        }
    }

    private void finishConnect() {
        try {
            if (channel.finishConnect()) {
                events.connected();
            } else {
                watch.await(SelectionKey.OP_CONNECT);
            }
        } catch (IOException e) {
            events.failed(e);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(byte[] bytes, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            int part = Math.min(length - written, buffer.capacity());
            buffer.clear().put(bytes, offset + written, part).flip();
            int taken = channel.write(buffer);
            written += taken;
            if (taken < part) {
                break;
            }
        }
        return written;
    }

    @Override
    public void awaitReadable() {
        watch.await(SelectionKey.OP_READ);
    }

    @Override
    public void awaitWritable() {
        watch.await(SelectionKey.OP_WRITE);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        watch.close();
    }

    /** A TCP peer gets a reset. */
    @Override
    public void abort() {
        try {
            if (channel.isOpen() && channel.getLocalAddress() instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException _) {
            // It goes without.
        }
        watch.close();
    }
}
