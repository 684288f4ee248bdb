package org.margay.image.blocks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageNode;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * An image whose content is in blocks of one size, each somewhere in the file or nowhere: reads, writes, and what is stable after a
 * flush. A format says where blocks are, and keeps the table.
 *
 * <p>A block is written in full before the table in memory names it, and the table goes to the file only when all blocks that
 * it names are stable: an image that was not closed, for whatever reason, has at worst blocks that nobody uses.
 */
public abstract class BlockImage implements ImageNode {
    /** What {@link #find} says of a block that is not in the file: the backing node shows through. */
    protected static final long UNALLOCATED = -1;

    /** What {@link #find} says of a block that reads as zeros, whatever lies below. */
    protected static final long ZERO = -2;

    private static final MemorySegment ZEROS = Arena.global().allocate(1 << 16, 4096);
    private static final int STRIPES = 64;

    /** Steps of {@link #extent}: enough for a terabyte of large blocks, not so many that a caller waits. */
    private static final int LONGEST_RUN = 1 << 20;

    private final BlockNode file;
    private final long length;
    private final int blockSize;
    private volatile boolean readOnly;
    private volatile @Nullable BlockNode backing;

    /** Shared by those that allocate, exclusive for who wants a table that names complete blocks only. */
    private final ReentrantReadWriteLock allocation = new ReentrantReadWriteLock();

    private final Object[] stripes = new Object[STRIPES];
    private final Object flushing = new Object();
    private List<Update> unsaved = List.of();

    /**
     * @param file what it lies on
     * @param length bytes that the guest sees
     * @param blockSize bytes, positive
     */
    protected BlockImage(BlockNode file, long length, int blockSize, boolean readOnly) {
        this.file = file;
        this.length = length;
        this.blockSize = blockSize;
        this.readOnly = readOnly;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /**
     * Where a block is: an offset in the file, {@link #UNALLOCATED} or {@link #ZERO}. Takes no lock that {@link #flush} holds.
     *
     * @throws IOException when the table names a place where no block can be
     */
    protected abstract long find(long block) throws IOException;

    /** Room for a block that is nowhere yet. What the format has around each block is written here. */
    protected abstract long reserve(long block) throws IOException;

    /** Room that was reserved was not filled. */
    protected abstract void giveBack(long block, long place);

    /** Whether nothing was ever written to a place, so that it reads as zeros. */
    protected abstract boolean fresh(long place);

    /** A block is complete: the table in memory names it from now on. */
    protected abstract void assign(long block, long place) throws IOException;

    /** Some bytes of a block that is there already are going to be written. */
    protected void overwriting(long block, long place) throws IOException {}

    /** Whether the table can say that a block reads as zeros. */
    protected boolean canAssignZero() {
        return false;
    }

    /** A whole block shall read as zeros; called when {@link #canAssignZero}. */
    protected void assignZero(long block) throws IOException {
        throw new UnsupportedOperationException(driver());
    }

    /**
     * What has to be written to the file so that it describes all that is complete; called while no block is being
     * allocated. In the order in which it is written.
     */
    protected abstract void takeChanges(List<Update> updates) throws IOException;

    /** Reads what lies below. */
    protected void readBelow(long offset, IoVector target) throws IOException {
        Backing.read(backing, offset, target);
    }

    /** Whether anything lies below in a range, so that a block without data is more than zeros. */
    protected boolean anythingBelow(long offset) {
        BlockNode below = backing;
        return below != null && below.length() > offset;
    }

    @Override
    public final BlockNode file() {
        return file;
    }

    @Override
    public final long length() {
        return length;
    }

    /** Bytes of a block. */
    public final int blockSize() {
        return blockSize;
    }

    /** How many blocks the guest's bytes make. */
    public final long blocks() {
        return Math.ceilDiv(length, blockSize);
    }

    @Override
    public final boolean readOnly() {
        return readOnly;
    }

    @Override
    public @Nullable BlockNode backing() {
        return backing;
    }

    /** For formats that know backing files. */
    protected final void putBacking(@Nullable BlockNode node) {
        backing = node;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long place = find(at / blockSize);
            long part = run(at, place, target.size() - done);
            IoVector slice = target.slice(done, part);
            if (place >= 0) {
                Backing.read(file, place + at % blockSize, slice);
            } else if (place == ZERO) {
                slice.clear();
            } else {
                readBelow(at, slice);
            }
            done += part;
        }
    }

    /** How far a range goes on in the file as it begins, or goes on not being there. */
    private long run(long at, long place, long most) throws IOException {
        long part = Math.min(most, blockSize - at % blockSize);
        long block = at / blockSize;
        for (long step = 1; part < most && step < LONGEST_RUN; step++) {
            long next = find(block + step);
            if (place >= 0 ? next != place + step * blockSize : next != place) {
                break;
            }
            part = Math.min(most, part + blockSize);
        }
        return part;
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        for (long done = 0; done < source.size(); ) {
            long at = offset + done;
            long block = at / blockSize;
            long place = find(block);
            long part;
            if (place >= 0) {
                part = run(at, place, source.size() - done);
                overwrite(block, place, at, source.slice(done, part));
            } else {
                part = Math.min(source.size() - done, blockSize - at % blockSize);
                allocate(block, (int) (at % blockSize), source.slice(done, part));
            }
            done += part;
        }
    }

    private void overwrite(long block, long place, long at, IoVector source) throws IOException {
        for (long covered = block; covered <= (at + source.size() - 1) / blockSize; covered++) {
            overwriting(covered, place + (covered - block) * blockSize);
        }
        file.write(place + at % blockSize, source);
    }

    /** Works on a block that may be allocated by it: by one thread at a time, and not while a flush takes what has changed. */
    protected final void allocating(long block, BlockWork work) throws IOException {
        allocation.readLock().lock();
        try {
            synchronized (stripes[(int) (block % STRIPES)]) {
                work.run();
            }
        } finally {
            allocation.readLock().unlock();
        }
    }

    /** What {@link #allocating} does. */
    protected interface BlockWork {
        void run() throws IOException;
    }

    private void allocate(long block, int from, IoVector source) throws IOException {
        allocating(block, () -> {
            long before = find(block);
            if (before >= 0) {
                // Another thread was faster.
                overwrite(block, before, block * blockSize + from, source);
                return;
            }
            long place = reserve(block);
            boolean filled = false;
            try {
                fill(block, place, before, from, source);
                filled = true;
            } finally {
                if (!filled) {
                    giveBack(block, place);
                }
            }
            assign(block, place);
        });
    }

    private void fill(long block, long place, long before, int from, IoVector source) throws IOException {
        long to = from + source.size();
        if (from == 0 && to == blockSize) {
            file.write(place, source);
        } else if (before == UNALLOCATED && anythingBelow(block * blockSize)) {
            fillFromBelow(block, place, from, source);
        } else if (fresh(place)) {
            file.write(place + from, source);
            if (to < blockSize) {
                // The file ends with whole blocks.
                file.write(place + blockSize - 1, IoVector.of(ZEROS.asSlice(0, 1)));
            }
        } else {
            file.writeZeroes(place, from, false);
            file.write(place + from, source);
            file.writeZeroes(place + to, blockSize - to, false);
        }
    }

    private void fillFromBelow(long block, long place, int from, IoVector source) throws IOException {
        long to = from + source.size();
        long start = block * blockSize;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment whole = arena.allocate(blockSize);
            readBelow(start, IoVector.of(whole.asSlice(0, from)));
            // Behind the guest's end there is nothing to be read.
            long end = Math.min(blockSize, length - start);
            readBelow(start + to, IoVector.of(whole.asSlice(to, Math.max(0, end - to))));
            List<MemorySegment> pieces = new ArrayList<>();
            pieces.add(whole.asSlice(0, from));
            pieces.addAll(source.pieces());
            pieces.add(whole.asSlice(to));
            file.write(place, IoVector.of(pieces));
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, length);
        for (long done = 0; done < length; ) {
            long at = offset + done;
            long block = at / blockSize;
            long part = Math.min(length - done, blockSize - at % blockSize);
            long place = find(block);
            boolean whole = at % blockSize == 0 && (part == blockSize || at + part == this.length);
            if (place != ZERO && (place != UNALLOCATED || anythingBelow(block * blockSize))) {
                if (!whole || !canAssignZero()) {
                    zero(block, place, at, part, mayUnmap);
                } else {
                    allocating(block, () -> assignZero(block));
                }
            }
            done += part;
        }
    }

    private void zero(long block, long place, long at, long length, boolean mayUnmap) throws IOException {
        if (place >= 0) {
            overwriting(block, place);
            file.writeZeroes(place + at % blockSize, length, mayUnmap);
        } else {
            allocate(block, (int) (at % blockSize), zeros(length));
        }
    }

    private static IoVector zeros(long length) {
        List<MemorySegment> pieces = new ArrayList<>(Collections.nCopies((int) (length / ZEROS.byteSize()), ZEROS));
        pieces.add(ZEROS.asSlice(0, length % ZEROS.byteSize()));
        return IoVector.of(pieces);
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        long place = find(offset / blockSize);
        long part = run(offset, place, length);
        if (place >= 0) {
            return Extent.data(part, place + offset % blockSize);
        }
        return place == ZERO ? Extent.zero(part) : Extent.unallocated(part);
    }

    @Override
    public void flush() throws IOException {
        if (!readOnly) {
            synchronized (flushing) {
                save();
            }
        }
        file.flush();
    }

    private void save() throws IOException {
        List<Update> updates = new ArrayList<>(unsaved);
        allocation.writeLock().lock();
        try {
            takeChanges(updates);
        } finally {
            allocation.writeLock().unlock();
        }
        if (updates.isEmpty()) {
            return;
        }
        // What can't be written now is tried again by the next flush, before what is newer.
        unsaved = updates;
        file.flush();
        for (Update update : updates) {
            file.write(update.offset(), IoVector.of(update.bytes()));
        }
        unsaved = List.of();
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public void reopen(boolean change) throws IOException {
        if (change != readOnly) {
            flush();
            file.reopen(change);
            readOnly = change;
        }
    }

    @Override
    public void close() throws IOException {
        BlockNode below = backing;
        try (file;
                AutoCloseableIo _ = below == null ? null : below::close) {
            flush();
        }
    }

    /** Closes with no exception but that of input and output. */
    private interface AutoCloseableIo extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
