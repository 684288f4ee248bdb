package org.margay.image.blocks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.memory.IoVector;

/**
 * A table of 32-bit entries, all of it in memory, as it is in the file; what was changed is written when the image is flushed. Reads
 * take no lock. Any thread.
 */
public final class EntryTable {
    /** The largest table that is taken into memory: images with more are refused. */
    public static final long MAX_BYTES = 128L << 20;

    private static final int GRANULE = 512;

    private final long offset;
    private final MemorySegment bytes;
    private final VarHandle handle;
    private final BitSet dirty = new BitSet();

    private EntryTable(long offset, MemorySegment bytes, ByteOrder order) {
        this.offset = offset;
        this.bytes = bytes;
        this.handle = ValueLayout.JAVA_INT.withOrder(order).varHandle();
    }

    /**
     * Reads it.
     *
     * @param offset in the file
     * @throws ImageException when it is larger than {@link #MAX_BYTES} or not all within the file
     */
    public static EntryTable read(BlockNode file, long offset, long entries, ByteOrder order) throws IOException {
        return read(file, offset, entries, entries * Integer.BYTES, order);
    }

    /**
     * Reads it from fewer bytes than the entries would take; the rest is zeros.
     *
     * @param size bytes that must be in the file
     */
    public static EntryTable read(BlockNode file, long offset, long entries, long size, ByteOrder order)
            throws IOException {
        check(entries);
        if (offset < 0 || offset > file.length() - size) {
            throw new ImageException("the table of %d blocks at %d is not all in the file".formatted(entries, offset));
        }
        MemorySegment bytes = Arena.ofAuto().allocate(entries * Integer.BYTES, Integer.BYTES);
        file.read(offset, IoVector.of(bytes.asSlice(0, size)));
        return new EntryTable(offset, bytes, order);
    }

    /**
     * How many entries a new image may have.
     *
     * @throws ImageException when there are too many
     */
    public static void check(long entries) throws ImageException {
        if (entries < 0 || entries > MAX_BYTES / Integer.BYTES) {
            throw new ImageException(
                    "unsupported: a table of %d blocks (at most %d)".formatted(entries, MAX_BYTES / Integer.BYTES));
        }
    }

    /** How many entries there are. */
    public long size() {
        return bytes.byteSize() / Integer.BYTES;
    }

    /** What an entry is; data that was written before it was set is seen. */
    public int get(long entry) {
        return (int) handle.getAcquire(bytes, entry * Integer.BYTES);
    }

    public void set(long entry, int value) {
        synchronized (dirty) {
            handle.setRelease(bytes, entry * Integer.BYTES, value);
            dirty.set((int) (entry * Integer.BYTES / GRANULE));
        }
    }

    /** Adds bits to an entry. */
    public void setBits(long entry, int bits) {
        synchronized (dirty) {
            set(entry, get(entry) | bits);
        }
    }

    /** Adds what was changed since this was called last. */
    public void takeChanges(List<Update> updates) {
        synchronized (dirty) {
            for (int from = dirty.nextSetBit(0); from >= 0; ) {
                int to = dirty.nextClearBit(from);
                long start = (long) from * GRANULE;
                long length = Math.min((long) to * GRANULE, bytes.byteSize()) - start;
                MemorySegment copy = Arena.ofAuto().allocate(length);
                MemorySegment.copy(bytes, start, copy, 0, length);
                updates.add(new Update(offset + start, copy));
                from = dirty.nextSetBit(to);
            }
            dirty.clear();
        }
    }
}
