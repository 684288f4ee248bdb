package org.margay.nbd.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;

/** TCP with TLS on it. */
final class TlsTransport implements Transport {
    private static final int BUFFER = 64 << 10;

    private final Transport plain;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] received = new byte[BUFFER];
    private final byte[] sent = new byte[BUFFER];

    /** @param plain what TLS was put on */
    TlsTransport(Transport plain, SSLSocket socket) throws IOException {
        this.plain = plain;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            int count = in.read(received, 0, Math.min(received.length, target.remaining()));
            if (count < 0) {
                throw new EOFException("the server ended the connection");
            }
            target.put(received, 0, count);
        }
    }

    @Override
    public void write(ByteBuffer[] sources) throws IOException {
        int filled = 0;
        for (ByteBuffer source : sources) {
            while (source.hasRemaining()) {
                int part = Math.min(sent.length - filled, source.remaining());
                source.get(sent, filled, part);
                filled += part;
                if (filled == sent.length) {
                    out.write(sent, 0, filled);
                    filled = 0;
                }
            }
        }
        out.write(sent, 0, filled);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        // Not the TLS socket, which would wait for a thread that writes.
        plain.close();
    }
}
