package org.margay.testkit.images;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * A file in memory, which grows up to a limit: a write behind that is one to a wrong place, and an {@link AssertionError}. Any thread.
 */
public final class MemoryFile implements BlockNode {
    private static final int PAGE = 1 << 16;

    private final String name;
    private final long room;

    /** Those with something in them. */
    private final Map<Long, byte[]> pages = new HashMap<>();

    private long length;
    private boolean readOnly;

    /**
     * @param room greatest length
     */
    public MemoryFile(String name, long room) {
        this.name = name;
        this.room = room;
    }

    /** Puts another content in its place. */
    public synchronized void reset(byte[] content) {
        pages.clear();
        length = 0;
        readOnly = false;
        put(0, content);
    }

    public synchronized void put(long offset, byte... content) {
        each(offset, content.length, true, (page, at, done, count) -> System.arraycopy(content, done, page, at, count));
        length = Math.max(length, offset + content.length);
    }

    /** A copy of a part. */
    public synchronized byte[] get(long offset, int size) {
        byte[] content = new byte[size];
        each(offset, size, false, (page, at, done, count) -> System.arraycopy(page, at, content, done, count));
        return content;
    }

    private interface Piece {
        void visit(byte[] page, int at, int done, int count);
    }

    private void each(long offset, long size, boolean make, Piece piece) {
        for (long done = 0; done < size; ) {
            long at = offset + done;
            int in = (int) (at % PAGE);
            int count = (int) Math.min(size - done, PAGE - in);
            byte[] page = make ? pages.computeIfAbsent(at / PAGE, _ -> new byte[PAGE]) : pages.get(at / PAGE);
            if (page != null) {
                piece.visit(page, in, (int) done, count);
            }
            done += count;
        }
    }

    /** Goes on as shorter. */
    public synchronized void cut(long size) {
        clear(size, Math.max(0, length - size));
        length = size;
    }

    private void clear(long offset, long size) {
        each(offset, size, false, (page, at, _, count) -> Arrays.fill(page, at, at + count, (byte) 0));
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
        target.copyFrom(MemorySegment.ofArray(get(offset, (int) target.size())));
    }

    @Override
    public synchronized void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        grow(offset + source.size());
        byte[] content = new byte[(int) source.size()];
        source.copyTo(MemorySegment.ofArray(content));
        put(offset, content);
    }

    @Override
    public synchronized void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, size);
        grow(offset + size);
        clear(offset, size);
    }

    private void grow(long end) {
        if (end > room) {
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
