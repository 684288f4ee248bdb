package org.margay.block.internal.file;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/** A file of the host. */
final class FileNode implements BlockNode {
    private static final long ZERO_CHUNK = 1 << 20;
    private static final MemorySegment ZEROS = Arena.global().allocate(ZERO_CHUNK, 4096);

    /** What the host says of ENOSPC; the JDK has no type for it. */
    private static final String NO_SPACE = "No space left on device";

    private final String filename;
    private final Path path;
    private final OpenOptions options;
    private volatile FileChannel channel;
    private volatile boolean readOnly;
    private volatile long length;

    private FileNode(String filename, Path path, OpenOptions options, FileChannel channel) throws IOException {
        this.filename = filename;
        this.path = path;
        this.options = options;
        this.channel = channel;
        this.readOnly = options.readOnly();
        this.length = channel.size();
    }

    static FileNode open(String filename, Path path, OpenOptions options) throws IOException {
        FileChannel channel = channel(path, options.readOnly());
        try {
            return new FileNode(filename, path, options, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel channel(Path path, boolean readOnly) throws IOException {
        return readOnly
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public String driver() {
        return "file";
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean growable() {
        return true;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        long at = offset;
        for (MemorySegment piece : target.pieces()) {
            ByteBuffer buffer = piece.asByteBuffer();
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, at);
                if (count < 0) {
                    throw new EOFException("%s became shorter".formatted(filename));
                }
                at += count;
            }
        }
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        write(offset, source.pieces());
    }

    private void write(long offset, List<MemorySegment> pieces) throws IOException {
        long at = offset;
        try {
            for (MemorySegment piece : pieces) {
                ByteBuffer buffer = piece.asByteBuffer();
                Ranges.checkWrite(this, at, buffer.remaining());
                while (buffer.hasRemaining()) {
                    at += channel.write(buffer, at);
                }
            }
        } catch (IOException e) {
            throw NO_SPACE.equals(e.getMessage()) ? new NoSpaceException(NO_SPACE) : e;
        }
        grewTo(at);
    }

    private synchronized void grewTo(long end) {
        if (end > length) {
            length = end;
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        for (long done = 0; done < length; done += ZERO_CHUNK) {
            long part = Math.min(ZERO_CHUNK, length - done);
            write(offset + done, List.of(ZEROS.asSlice(0, part)));
        }
    }

    @Override
    public void flush() throws IOException {
        if (!options.cache().noFlush() && !readOnly) {
            channel.force(false);
        }
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        return Extent.data(length, offset);
    }

    @Override
    public synchronized void resize(long size) throws IOException {
        if (size < length) {
            channel.truncate(size);
        } else if (size > length) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
        length = size;
    }

    @Override
    public void reopen(boolean change) throws IOException {
        if (change == readOnly) {
            return;
        }
        flush();
        FileChannel former = channel;
        channel = channel(path, change);
        readOnly = change;
        former.close();
    }

    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            channel.close();
        }
    }
}
