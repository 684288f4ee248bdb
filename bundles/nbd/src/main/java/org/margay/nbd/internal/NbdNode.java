package org.margay.nbd.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/** An export of an NBD server. */
final class NbdNode implements BlockNode {
    /** Requests without data may be longer than those with, up to 2^32-1. */
    private static final int LARGEST_RANGE = 1 << 30;

    private static final int ZERO_CHUNK = 1 << 20;
    private static final long PAGE = 4096;

    private final String filename;
    private final Link link;
    private final NbdExport export;
    private final OpenOptions options;
    private final KnownStates known = new KnownStates();

    /** Whole blocks may be written at once; who writes a part of one has it for itself from reading to writing. */
    private final ReadWriteLock partialBlocks = new ReentrantReadWriteLock();

    private volatile boolean readOnly;

    private NbdNode(String filename, Link link, OpenOptions options) {
        this.filename = filename;
        this.link = link;
        this.export = link.export();
        this.options = options;
        this.readOnly = options.readOnly();
    }

    static NbdNode open(String filename, NbdAddress address, OpenOptions options) throws IOException {
        Link link = new Link(address);
        NbdNode node = new NbdNode(filename, link, options);
        if (!options.readOnly() && node.export.has(Nbd.READ_ONLY)) {
            link.close();
            throw new IOException("request for write access denied: the export is read-only");
        }
        return node;
    }

    @Override
    public String driver() {
        return "nbd";
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return export.length();
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    /** Bytes of which the server takes whole multiples only. */
    int minimumBlock() {
        return export.minimumBlock();
    }

    private boolean whole(long offset, long length) {
        return ((offset | length) & (export.minimumBlock() - 1)) == 0;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        if (whole(offset, target.size())) {
            readBlocks(offset, target);
            return;
        }
        long from = down(offset);
        long to = up(offset + target.size());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment blocks = arena.allocate(to - from, PAGE);
            readBlocks(from, IoVector.of(blocks));
            target.copyFrom(blocks.asSlice(offset - from, target.size()));
        }
    }

    private long down(long offset) {
        return offset & -(long) export.minimumBlock();
    }

    private long up(long offset) {
        return down(offset + export.minimumBlock() - 1);
    }

    private void readBlocks(long offset, IoVector target) throws IOException {
        for (long done = 0; done < target.size(); done += export.maximumBlock()) {
            IoVector part = target.slice(done, Math.min(export.maximumBlock(), target.size() - done));
            long at = offset + done;
            link.call(() -> Request.read(at, part));
        }
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        if (whole(offset, source.size())) {
            partialBlocks.readLock().lock();
            try {
                writeBlocks(offset, source);
            } finally {
                partialBlocks.readLock().unlock();
            }
        } else {
            writePartially(offset, source);
        }
        if (options.cache().writeThrough() && !export.has(Nbd.SEND_FUA)) {
            flush();
        }
    }

    private void writePartially(long offset, IoVector source) throws IOException {
        long from = down(offset);
        long to = up(offset + source.size());
        partialBlocks.writeLock().lock();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment blocks = arena.allocate(to - from, PAGE);
            readBlocks(from, IoVector.of(blocks));
            source.copyTo(blocks.asSlice(offset - from, source.size()));
            writeBlocks(from, IoVector.of(blocks));
        } finally {
            partialBlocks.writeLock().unlock();
        }
    }

    private void writeBlocks(long offset, IoVector source) throws IOException {
        for (long done = 0; done < source.size(); done += export.maximumBlock()) {
            IoVector part = source.slice(done, Math.min(export.maximumBlock(), source.size() - done));
            long at = offset + done;
            change(() -> Request.write(at, part, stable()));
        }
    }

    /** Flags of a request that changes something. */
    private int stable() {
        return options.cache().writeThrough() && export.has(Nbd.SEND_FUA) ? Nbd.FUA : 0;
    }

    private void change(Supplier<Request> request) throws IOException {
        known.forget();
        try {
            link.call(request);
        } finally {
            // Who asked meanwhile may have heard of the old state.
            known.forget();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, length);
        long from = offset;
        long to = offset + length;
        if (export.has(Nbd.SEND_WRITE_ZEROES) && down(to) > up(from)) {
            long first = up(from);
            long last = down(to);
            writeZeroBytes(from, first - from);
            int flags = stable() | (mayUnmap ? 0 : Nbd.NO_HOLE);
            partialBlocks.readLock().lock();
            try {
                for (long at = first; at < last; at += LARGEST_RANGE) {
                    long start = at;
                    int part = (int) Math.min(LARGEST_RANGE, last - at);
                    change(() -> Request.of(Nbd.COMMAND_WRITE_ZEROES, flags, start, part));
                }
            } finally {
                partialBlocks.readLock().unlock();
            }
            from = last;
        }
        writeZeroBytes(from, to - from);
        if (options.cache().writeThrough() && !export.has(Nbd.SEND_FUA)) {
            flush();
        }
    }

    private void writeZeroBytes(long offset, long length) throws IOException {
        if (length > 0) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment zeros = arena.allocate(Math.min(length, ZERO_CHUNK), PAGE);
                for (long done = 0; done < length; done += ZERO_CHUNK) {
                    write(offset + done, IoVector.of(zeros.asSlice(0, Math.min(ZERO_CHUNK, length - done))));
                }
            }
        }
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        Ranges.checkWrite(this, offset, length);
        if (export.has(Nbd.SEND_TRIM)) {
            long last = down(offset + length);
            for (long at = up(offset); at < last; at += LARGEST_RANGE) {
                long start = at;
                int part = (int) Math.min(LARGEST_RANGE, last - at);
                change(() -> Request.of(Nbd.COMMAND_TRIM, stable(), start, part));
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (!readOnly && !options.cache().noFlush() && export.has(Nbd.SEND_FLUSH)) {
            link.call(() -> Request.of(Nbd.COMMAND_FLUSH, 0, 0, 0));
        }
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        if (!export.allocation()) {
            return Extent.data(length, offset);
        }
        @Nullable Extent found = known.find(offset, length);
        if (found != null) {
            return found;
        }
        long from = down(offset);
        int wanted = (int) Math.min(LARGEST_RANGE, up(offset + length) - from);
        long changes = known.changes();
        List<Request.State> states = link.call(() -> Request.of(Nbd.COMMAND_BLOCK_STATUS, 0, from, wanted));
        known.put(from, states, changes);
        found = KnownStates.find(from, states, offset, length);
        // An answer about less than a block is no answer.
        return found == null ? Extent.data(Math.min(length, export.minimumBlock()), offset) : found;
    }

    @Override
    public void reopen(boolean change) throws IOException {
        if (!change && export.has(Nbd.READ_ONLY)) {
            throw new ImageException("request for write access denied: the export is read-only");
        }
        flush();
        readOnly = change;
    }

    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            link.close();
        }
    }
}
