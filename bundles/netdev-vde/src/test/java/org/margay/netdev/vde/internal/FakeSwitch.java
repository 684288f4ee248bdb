package org.margay.netdev.vde.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.UnixSockets;

/** The switch's side of one port, as far as a client sees it. */
final class FakeSwitch implements AutoCloseable {
    /** What a client asked for. */
    record Request(int magic, int version, int typeAndPort, int family, String name, String text) {}

    private final Path folder;
    private final ServerSocketChannel server;
    private final Descriptor data = UnixSockets.socket(UnixSockets.Kind.DATAGRAM);
    private final CompletableFuture<Request> request = new CompletableFuture<>();
    private volatile SocketChannel client;

    /** How the request is answered. */
    enum Manner {
        OBLIGING,
        REFUSING,
        SILENT
    }

    FakeSwitch(Path folder, Manner manner) throws IOException {
        this.folder = folder;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("ctl")));
        UnixSockets.bind(data, dataName());
        Thread.ofVirtual().start(() -> {
            try {
                serve(manner);
            } catch (IOException e) {
                request.completeExceptionally(e);
            }
        });
    }

    private String dataName() {
        return folder.resolve("001.7").toString();
    }

    private void serve(Manner manner) throws IOException {
        SocketChannel connection = server.accept();
        client = connection;
        ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.nativeOrder());
        if (connection.read(bytes) < 0) {
            return;
        }
        bytes.flip();
        Request asked = new Request(
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getShort(),
                text(bytes, 108),
                text(bytes, bytes.remaining()));
        if (manner == Manner.OBLIGING) {
            try (Arena arena = Arena.ofConfined()) {
                UnixSockets.connect(data, asked.name());
                connection.write(UnixSockets.address(arena, dataName()).asByteBuffer());
            }
        } else if (manner == Manner.REFUSING) {
            connection.close();
        }
        request.complete(asked);
    }

    private static String text(ByteBuffer bytes, int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8).replace("\0", "");
    }

    Request request() throws Exception {
        return request.get();
    }

    void send(byte[] frame) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            data.write(arena.allocate(frame.length).copyFrom(MemorySegment.ofArray(frame)));
        }
    }

    byte[] receive() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(2000);
            int length = data.read(frame);
            return frame.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The switch ends. */
    @Override
    public void close() throws IOException {
        server.close();
        data.close();
        if (client != null) {
            client.close();
        }
    }
}
