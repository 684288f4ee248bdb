package org.margay.ftp.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.commons.net.tftp.TFTP;
import org.apache.commons.net.tftp.TFTPClient;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;

/** A file from a TFTP server, in memory. */
final class TftpFile extends OutputStream {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 5;
    private static final int FIRST_SIZE = 64 << 10;

    /** Native memory of some size. */
    private static final class Room {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment memory;

        Room(long bytes) {
            memory = arena.allocate(bytes);
        }
    }

    private final int largest;
    private Room room = new Room(FIRST_SIZE);
    private int length;

    private TftpFile(int largest) {
        this.largest = largest;
    }

    /**
     * Fetches all of it.
     *
     * @param largest bytes, more are refused
     */
    static RemoteNode fetch(Location location, String filename, int largest) throws IOException {
        TftpFile file = new TftpFile(largest);
        TFTPClient client = new TFTPClient();
        try {
            client.setDefaultTimeout(TIMEOUT);
            client.setMaxTimeouts(ATTEMPTS);
            client.open();
            int port = location.port() < 0 ? TFTP.DEFAULT_PORT : location.port();
            client.receiveFile(location.path(), TFTP.BINARY_MODE, file, location.host(), port);
        } catch (IOException | RuntimeException e) {
            file.room.arena.close();
            throw told(e, location);
        } finally {
            client.close();
        }
        MemorySegment content = file.room.memory.asSlice(0, file.length);
        return new RemoteNode(
                "tftp",
                filename,
                file.length,
                (offset, target) -> target.copyFrom(content.asSlice(offset, target.size())),
                file.room.arena::close);
    }

    private static IOException told(Exception e, Location location) {
        return switch (e) {
            case ImageException known -> known;
            case UnknownHostException _ -> new IOException("Could not resolve host: " + location.host(), e);
            case InterruptedIOException _ -> new IOException("no answer from the server", e);
            default -> new IOException(String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " "), e);
        };
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (count > largest - length) {
            throw new UnsupportedImageException(
                    "the file is larger than %d bytes, which is what tftp is good for".formatted(largest));
        }
        if (count > room.memory.byteSize() - length) {
            Room larger = new Room(Math.max(2 * room.memory.byteSize(), (long) length + count));
            MemorySegment.copy(room.memory, 0, larger.memory, 0, length);
            room.arena.close();
            room = larger;
        }
        MemorySegment.copy(bytes, offset, room.memory, ValueLayout.JAVA_BYTE, length, count);
        length += count;
    }
}
