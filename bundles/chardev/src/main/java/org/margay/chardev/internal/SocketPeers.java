package org.margay.chardev.internal;

import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.margay.chardev.ChardevBackend.SocketMode;

/** Streams over connected sockets. */
final class SocketPeers {
    private SocketPeers() {}

    /** @param closed told when the connection has ended */
    static PeerStream stream(SocketChannel socket, String peer, SocketMode mode, Runnable closed) {
        ReadableByteChannel input = socket;
        WritableByteChannel output = socket;
        TelnetChannel telnet = mode.telnet() ? new TelnetChannel(socket) : null;
        if (telnet != null) {
            input = telnet;
            output = telnet;
        }
        ChannelStream stream = new ChannelStream(new ChannelStream.Ends(
                peer,
                input,
                output,
                () -> {
                    socket.close();
                    closed.run();
                },
                true));
        if (telnet != null) {
            telnet.offer(stream);
        }
        return stream;
    }
}
