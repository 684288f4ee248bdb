package org.margay.testkit.images;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * A file in memory, which grows up to a limit: a write behind that is one to a wrong place, and an {@link AssertionError}. Any thread.
 */
public final class MemoryFile implements BlockNode {
    private final String name;
    private final MemorySegment bytes;
    private long length;
    private boolean readOnly;

    /**
     * @param room greatest length
     */
    public MemoryFile(String name, long room) {
        this.name = name;
        this.bytes = Arena.ofAuto().allocate(room);
    }

    /** A copy of a file of the host, with room to grow. */
    public static MemoryFile of(Path file, long moreRoom) throws IOException {
        byte[] content = Files.readAllBytes(file);
        MemoryFile memory = new MemoryFile(file.toString(), content.length + moreRoom);
        memory.put(0, content);
        return memory;
    }

    /** Puts another content in its place. */
    public synchronized void reset(MemorySegment content) {
        bytes.asSlice(content.byteSize(), Math.max(0, length - content.byteSize()))
                .fill((byte) 0);
        MemorySegment.copy(content, 0, bytes, 0, content.byteSize());
        length = content.byteSize();
        readOnly = false;
    }

    public synchronized void put(long offset, byte... content) {
        MemorySegment.copy(MemorySegment.ofArray(content), 0, bytes, offset, content.length);
        length = Math.max(length, offset + content.length);
    }

    /** A copy of a part. */
    public synchronized byte[] get(long offset, int size) {
        return bytes.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Goes on as shorter. */
    public synchronized void cut(long size) {
        bytes.asSlice(size, Math.max(0, length - size)).fill((byte) 0);
        length = size;
    }

    public synchronized void setReadOnly(boolean change) {
        readOnly = change;
    }

    @Override
    public String driver() {
        return "file";
    }

    @Override
    public String filename() {
        return name;
    }

    @Override
    public synchronized long length() {
        return length;
    }

    @Override
    public synchronized boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean growable() {
        return true;
    }

    @Override
    public synchronized void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        target.copyFrom(bytes.asSlice(offset, target.size()));
    }

    @Override
    public synchronized void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        grow(offset + source.size());
        source.copyTo(bytes.asSlice(offset, source.size()));
    }

    @Override
    public synchronized void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, size);
        grow(offset + size);
        bytes.asSlice(offset, size).fill((byte) 0);
    }

    private void grow(long end) {
        if (end > bytes.byteSize()) {
            throw new AssertionError("a write up to %d, far behind the end at %d".formatted(end, length));
        }
        length = Math.max(length, end);
    }

    @Override
    public synchronized void resize(long size) {
        if (size < length) {
            cut(size);
        } else {
            grow(size);
        }
    }

    @Override
    public void flush() {}

    @Override
    public Extent extent(long offset, long size) throws IOException {
        Ranges.check(this, offset, size);
        return Extent.data(size, offset);
    }

    @Override
    public synchronized void reopen(boolean change) {
        readOnly = change;
    }

    @Override
    public void close() {}
}
