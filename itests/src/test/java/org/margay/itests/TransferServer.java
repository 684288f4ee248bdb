package org.margay.itests;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A server on the host's loopback: who connects to one port gets random bytes, who connects to the other gives some. Both ends know
 * their SHA-256.
 */
final class TransferServer implements AutoCloseable {
    private final byte[] block = new byte[1 << 16];
    private final ServerSocket source = listen();
    private final ServerSocket sink = listen();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final int blocks;

    /** @param mebibytes that the source gives */
    TransferServer(int mebibytes) throws IOException {
        new Random(mebibytes).nextBytes(block);
        blocks = mebibytes * 16;
        serve(source, this::give);
        serve(sink, this::take);
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    private interface Service {
        void handle(Socket peer) throws IOException;
    }

    private static void serve(ServerSocket server, Service service) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket peer = server.accept();
                    Thread.ofVirtual().start(() -> handle(peer, service));
                } catch (IOException e) {
                    // Closed, or a peer that went away at once.
                }
            }
        });
    }

    private static void handle(Socket peer, Service service) {
        try (peer) {
            service.handle(peer);
        } catch (IOException e) {
            // The test sees what it did not get.
        }
    }

    int sourcePort() {
        return source.getLocalPort();
    }

    int sinkPort() {
        return sink.getLocalPort();
    }

    /** SHA-256 of what the source gives, in hexadecimal. */
    String digest() {
        MessageDigest digest = sha256();
        try {
            write(new OutputStream() {
                @Override
                public void write(int octet) {
                    digest.update((byte) octet);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    digest.update(bytes, offset, length);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** No two blocks are the same, so that one in the wrong place is seen. */
    private void write(OutputStream out) throws IOException {
        byte[] numbered = block.clone();
        for (int i = 0; i < blocks; i++) {
            numbered[0] = (byte) i;
            numbered[1] = (byte) (i >>> 8);
            out.write(numbered, 0, numbered.length);
        }
    }

    private void give(Socket peer) throws IOException {
        try (OutputStream out = new BufferedOutputStream(peer.getOutputStream(), 1 << 17)) {
            write(out);
        }
    }

    private void take(Socket peer) throws IOException {
        MessageDigest digest = sha256();
        InputStream in = peer.getInputStream();
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = in.read(buffer)) >= 0; ) {
            digest.update(buffer, 0, count);
        }
        received.add(HexFormat.of().formatHex(digest.digest()));
    }

    /** SHA-256 of what the sink got next. */
    String awaitReceived() throws InterruptedException {
        return received.take();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        sink.close();
    }
}
