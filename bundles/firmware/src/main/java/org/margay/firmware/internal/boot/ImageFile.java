package org.margay.firmware.internal.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.margay.memory.AddressSpace;

/**
 * A file whose parts are loaded into the guest at each of its resets. It stays open, so that it may be deleted meanwhile, and
 * never takes heap.
 */
public final class ImageFile implements AutoCloseable {
    private static final int CHUNK = 256 << 10;

    private final String name;
    private final FileChannel channel;
    private final long size;

    private ImageFile(String name, FileChannel channel, long size) {
        this.name = name;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens a regular file.
     *
     * @param name as the user wrote it
     * @throws ImageException when it can't be read
     */
    public static ImageFile open(String name) throws ImageException {
        try {
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw new ImageException("No such file or directory");
            }
            if (!Files.isRegularFile(path)) {
                throw new ImageException("not a regular file");
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new ImageFile(name, channel, channel.size());
        } catch (AccessDeniedException e) {
            throw new ImageException("Permission denied");
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageException(String.valueOf(e.getMessage()));
        }
    }

    /** As the user wrote it. */
    public String name() {
        return name;
    }

    /** Bytes when it was opened. */
    public long size() {
        return size;
    }

    /**
     * Reads a part, little-endian; fewer bytes at the end of the file.
     *
     * @param length bytes, at most 2 GiB
     */
    public byte[] read(long offset, int length) throws ImageException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.clamp(size - offset, 0, length));
        fill(buffer, offset);
        return buffer.array();
    }

    /** Copies a part into the guest's memory. */
    public void load(long offset, long length, AddressSpace memory, long address) throws ImageException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, length));
        for (long done = 0; done < length; done += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
            fill(buffer, offset + done);
            memory.write(address + done, buffer.array(), 0, buffer.limit());
        }
    }

    private void fill(ByteBuffer buffer, long offset) throws ImageException {
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new ImageException("the file became shorter");
                }
            }
        } catch (IOException e) {
            throw new ImageException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written; nothing is lost.
        }
    }
}
