package org.margay.qcow.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/** The two-level table of clusters: all of the L1 table in memory, a bounded number of L2 tables. Any thread. */
final class ClusterTable {
    private static final ValueLayout.OfLong ENTRY = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long CACHE_BYTES = 16 << 20;

    private final BlockNode file;
    private final QcowHeader header;
    private final long[] l1;
    private final int kept;

    /** L2 tables, those last that were used last. */
    private final Map<Integer, long[]> tables = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<Integer> dirty = new HashSet<>();
    private final Set<Integer> dirtyL1 = new HashSet<>();

    /** Where L2 tables are. */
    private final TreeSet<Long> places = new TreeSet<>();

    private ClusterTable(BlockNode file, QcowHeader header, long[] l1) {
        this.file = file;
        this.header = header;
        this.l1 = l1;
        this.kept = (int) (CACHE_BYTES / header.l2Bytes());
    }

    /**
     * Reads the L1 table.
     *
     * @throws ImageException when tables are where none can be
     */
    static ClusterTable read(BlockNode file, QcowHeader header) throws IOException {
        if (header.end() > file.length()) {
            throw new ImageException("L1 table is behind the end of the file");
        }
        long[] l1 = longs(file, header.l1Offset(), (int) header.l1Entries());
        ClusterTable table = new ClusterTable(file, header, l1);
        for (long place : l1) {
            if (place != 0) {
                table.add(place);
            }
        }
        return table;
    }

    private void add(long place) throws ImageException {
        if (place < header.end() || place >= file.length() || near(place, header.l2Bytes())) {
            throw new ImageException("L2 table at %#x lies over something else".formatted(place));
        }
        places.add(place);
    }

    /** Whether any L2 table has bytes in a range. */
    private boolean near(long from, long size) {
        @Nullable Long before = places.lower(from + size);
        return before != null && before > from - header.l2Bytes();
    }

    private static long[] longs(BlockNode file, long offset, int count) throws IOException {
        long[] entries = new long[count];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate((long) count * Long.BYTES);
            Backing.read(file, offset, IoVector.of(memory));
            MemorySegment.copy(memory, ENTRY, 0, entries, 0, count);
        }
        return entries;
    }

    /** The entry of a cluster. */
    synchronized long get(long cluster) throws IOException {
        long @Nullable [] table = table((int) (cluster >>> header.l2Bits()));
        return table == null ? 0 : table[within(cluster)];
    }

    private int within(long cluster) {
        return (int) cluster & (1 << header.l2Bits()) - 1;
    }

    private long @Nullable [] table(int index) throws IOException {
        if (l1[index] == 0) {
            return null;
        }
        long @Nullable [] table = tables.get(index);
        if (table == null) {
            table = longs(file, l1[index], 1 << header.l2Bits());
            if (tables.size() >= kept) {
                // Those that the file has not got yet must stay; there are never many: see tooDirty.
                tables.keySet().stream()
                        .filter(old -> !dirty.contains(old))
                        .findFirst()
                        .ifPresent(tables::remove);
            }
            tables.put(index, table);
        }
        return table;
    }

    /** Sets an entry; its L2 table is made when there is none. */
    synchronized void set(long cluster, long entry, Room room) throws IOException {
        int index = (int) (cluster >>> header.l2Bits());
        if (l1[index] == 0) {
            addTable(index, room);
        }
        long @Nullable [] table = table(index);
        if (table != null) {
            table[within(cluster)] = entry;
            dirty.add(index);
        }
    }

    /** It is zeros in the file before anything refers to it, whatever is written first. */
    private void addTable(int index, Room room) throws IOException {
        long place = room.table(header.l2Bytes());
        file.writeZeroes(place, header.l2Bytes(), false);
        places.add(place);
        l1[index] = place;
        dirtyL1.add(index);
    }

    /** Whether it is time to write, so that memory is bounded. */
    synchronized boolean tooDirty() {
        return dirty.size() > kept / 2;
    }

    /**
     * Refuses writes of data over metadata.
     *
     * @throws ImageException when there is some
     */
    synchronized void checkData(long place, long size) throws ImageException {
        if (place < header.end() || place >= file.length() || near(place, size)) {
            throw new ImageException("Preventing invalid write on metadata or behind the end, at %#x".formatted(place));
        }
    }

    /** Adds what was changed since this was called last. */
    synchronized void takeChanges(List<Update> updates) {
        for (int index : dirty) {
            long @Nullable [] table = tables.get(index);
            if (table != null) {
                MemorySegment copy = Arena.ofAuto().allocate(header.l2Bytes());
                for (int i = 0; i < table.length; i++) {
                    copy.set(ENTRY, (long) i * Long.BYTES, table[i]);
                }
                updates.add(new Update(l1[index], copy));
            }
        }
        for (int index : new ArrayList<>(dirtyL1)) {
            MemorySegment copy = Arena.ofAuto().allocate(Long.BYTES);
            copy.set(ENTRY, 0, l1[index]);
            updates.add(new Update(header.l1Offset() + (long) index * Long.BYTES, copy));
        }
        dirty.clear();
        dirtyL1.clear();
    }
}
