package org.margay.vmdk.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Places;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/**
 * The two levels of tables of a sparse extent: "Virtual Disk Format 5.0", "Grain Directory", "Grain Table". Grain tables are read
 * when one of their grains is wanted, and written, with their redundant copies, when the image is flushed. Any thread.
 */
final class GrainTables {
    private static final VarHandle ENTRY =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final BlockNode file;
    private final SparseHeader header;
    private final EntryTable directory;
    private final @Nullable EntryTable redundant;
    private final AtomicReferenceArray<@Nullable MemorySegment> tables;

    /** Tables with changes that are not in the file. */
    private final TreeSet<Integer> changed = new TreeSet<>();

    GrainTables(BlockNode file, SparseHeader header) throws IOException {
        this.file = file;
        this.header = header;
        long count = header.tables();
        this.directory = EntryTable.read(file, header.directory(), count, ByteOrder.LITTLE_ENDIAN);
        this.redundant = header.redundantDirectory() == 0
                ? null
                : EntryTable.read(file, header.redundantDirectory(), count, ByteOrder.LITTLE_ENDIAN);
        this.tables = new AtomicReferenceArray<>((int) count);
    }

    /** The entry of a grain: 0 when there is none. */
    int get(long grain) throws IOException {
        int index = (int) (grain / header.entriesPerTable());
        MemorySegment table = tables.get(index);
        if (table == null) {
            if (directory.get(index) == 0) {
                return 0;
            }
            table = load(index);
        }
        return (int) ENTRY.getAcquire(table, grain % header.entriesPerTable() * Integer.BYTES);
    }

    private synchronized MemorySegment load(int index) throws IOException {
        MemorySegment known = tables.get(index);
        if (known != null) {
            return known;
        }
        long offset = offset(directory, index);
        if (offset < SparseHeader.SECTOR || offset > file.length() - header.tableSize()) {
            throw new ImageException("damaged: grain table %d is at %d, outside of the file".formatted(index, offset));
        }
        MemorySegment table = Arena.ofAuto().allocate(header.tableSize(), Integer.BYTES);
        file.read(offset, IoVector.of(table));
        tables.set(index, table);
        return table;
    }

    private static long offset(EntryTable directory, int index) {
        return Integer.toUnsignedLong(directory.get(index)) * SparseHeader.SECTOR;
    }

    /**
     * Sets the entry of a grain.
     *
     * @param places where a table is put that does not exist yet
     */
    void set(long grain, int value, Places places) throws IOException {
        int index = (int) (grain / header.entriesPerTable());
        MemorySegment table = tables.get(index);
        if (table == null) {
            table = directory.get(index) == 0 ? make(index, places) : load(index);
        }
        synchronized (this) {
            ENTRY.setRelease(table, grain % header.entriesPerTable() * Integer.BYTES, value);
            changed.add(index);
        }
    }

    private synchronized MemorySegment make(int index, Places places) throws IOException {
        MemorySegment known = tables.get(index);
        if (known != null) {
            return known;
        }
        MemorySegment table = Arena.ofAuto().allocate(header.tableSize(), Integer.BYTES);
        // The file gets it before the directory names it.
        directory.set(index, newTable(table, places));
        if (redundant != null && redundant.get(index) == 0) {
            redundant.set(index, newTable(table, places));
        }
        tables.set(index, table);
        return table;
    }

    private int newTable(MemorySegment empty, Places places) throws IOException {
        long sectors = Math.ceilDiv(header.tableSize(), SparseHeader.SECTOR);
        long place = places.reserveAtEnd(sectors * SparseHeader.SECTOR);
        file.write(place, IoVector.of(empty));
        return (int) (place / SparseHeader.SECTOR);
    }

    /** What has changed since this was called last: tables before the directories that name them. */
    synchronized void takeChanges(List<Update> updates) {
        for (int index : changed) {
            MemorySegment table = tables.get(index);
            if (table == null) {
                continue;
            }
            MemorySegment copy = Arena.ofAuto().allocate(table.byteSize()).copyFrom(table);
            updates.add(new Update(offset(directory, index), copy));
            if (redundant != null && redundantSound(index)) {
                updates.add(new Update(offset(redundant, index), copy));
            }
        }
        changed.clear();
        directory.takeChanges(updates);
        if (redundant != null) {
            redundant.takeChanges(updates);
        }
    }

    /** Whether the copy of a table can be written: a damaged directory must not lead to other places. */
    private boolean redundantSound(int index) {
        long offset = redundant == null ? 0 : offset(redundant, index);
        return offset >= SparseHeader.SECTOR
                && offset <= file.length() - header.tableSize()
                && offset != offset(directory, index);
    }
}
