package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/** A node in memory, which can be made to fail, or to wait. */
final class MemoryNode implements BlockNode {
    private final String filename;
    final MemorySegment bytes;
    final List<String> log = new ArrayList<>();
    final AtomicReference<IOException> failure = new AtomicReference<>();
    volatile boolean readOnly;
    boolean cachesWrites;
    volatile boolean closed;
    volatile CountDownLatch door = new CountDownLatch(0);

    MemoryNode(String filename, long size) {
        this.filename = filename;
        this.bytes = Arena.ofAuto().allocate(size, 8);
    }

    private synchronized void note(String what) {
        log.add(what);
    }

    synchronized List<String> log() {
        return List.copyOf(log);
    }

    private void pass() throws IOException {
        try {
            door.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        IOException wanted = failure.get();
        if (wanted != null) {
            throw wanted;
        }
    }

    @Override
    public String driver() {
        return "memory";
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return bytes.byteSize();
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean cachesWrites() {
        return cachesWrites;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        note("read %d+%d".formatted(offset, target.size()));
        pass();
        target.copyFrom(bytes.asSlice(offset, target.size()));
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        note("write %d+%d".formatted(offset, source.size()));
        pass();
        source.copyTo(bytes.asSlice(offset, source.size()));
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, length);
        note("%s %d+%d".formatted(mayUnmap ? "unmap" : "zero", offset, length));
        pass();
        bytes.asSlice(offset, length).fill((byte) 0);
    }

    @Override
    public void discard(long offset, long length) {
        note("discard %d+%d".formatted(offset, length));
    }

    @Override
    public void flush() throws IOException {
        note("flush");
        pass();
    }

    @Override
    public Extent extent(long offset, long length) {
        return Extent.data(length, offset);
    }

    @Override
    public void reopen(boolean change) {
        readOnly = change;
    }

    @Override
    public void close() {
        closed = true;
    }
}
