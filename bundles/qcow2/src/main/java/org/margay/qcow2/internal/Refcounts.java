package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.NoSpaceException;
import org.margay.memory.IoVector;

/**
 * How often each cluster of the file is in use: the refcount table, and a bounded number of refcount blocks in memory. All under the
 * metadata lock.
 *
 * <p>Blocks may be written at any time: counts go up before anything refers to a cluster, and go down after the last
 * reference has gone from the file. A new block is written, and stable, before the table names it.
 */
final class Refcounts {
    /** The description sets no limit; this counts the clusters of 128 TiB in the worst case. QEMU reads no more either. */
    static final long MAX_TABLE_BYTES = 8 << 20;

    private static final long CACHE_BYTES = 8 << 20;
    private static final int LEAST_BLOCKS = 4;

    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final MetadataAreas areas;
    private final int kept;
    private final Map<Integer, RefcountBlock> blocks = new LinkedHashMap<>(16, 0.75f, true);
    private final @Nullable String problem;
    private long[] table;
    private long tableOffset;

    /** Entries of the table that the file has not got yet. */
    private final BitSet unlinked = new BitSet();

    private int lastIndex = -1;
    private @Nullable RefcountBlock lastBlock;

    Refcounts(BlockNode file, Buffers buffers, Header header, MetadataAreas areas) throws IOException {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.areas = areas;
        this.kept = (int) Math.max(LEAST_BLOCKS, CACHE_BYTES >> geometry.clusterBits());
        this.tableOffset = header.u64(Header.REFCOUNT_TABLE);
        this.problem = problemOf(header, file);
        long clusters = Integer.toUnsignedLong(header.u32(Header.REFCOUNT_TABLE + 8));
        this.table = problem != null
                ? new long[0]
                : BigEndian.readTable(file, buffers, tableOffset, (int) (clusters << (geometry.clusterBits() - 3)));
    }

    private static @Nullable String problemOf(Header header, BlockNode file) {
        long clusters = Integer.toUnsignedLong(header.u32(Header.REFCOUNT_TABLE + 8));
        long offset = header.u64(Header.REFCOUNT_TABLE);
        if (clusters == 0) {
            return "Image does not contain a reference count table";
        }
        if (clusters << header.geometry().clusterBits() > MAX_TABLE_BYTES) {
            return "Reference count table too large";
        }
        boolean aligned = (offset & header.geometry().clusterMask()) == 0;
        return offset <= 0 || !aligned || offset >= file.length() ? "Invalid reference count table offset" : null;
    }

    /** What is wrong with the table, which then counts nothing; null when it can be read. */
    @Nullable
    String problem() {
        return problem;
    }

    long tableOffset() {
        return tableOffset;
    }

    long tableClusters() {
        return ((long) table.length * Long.BYTES) >>> geometry.clusterBits();
    }

    /** Where the blocks are, as the table says; 0: nowhere. */
    long[] blockOffsets() {
        return table.clone();
    }

    /** Whether a cluster's block is there; where it is not, nothing is in use. */
    boolean hasBlock(long cluster) {
        long index = cluster >>> geometry.blockBits();
        return index < table.length && table[(int) index] != 0;
    }

    /** How many clusters the table can count. */
    long reach() {
        return (long) table.length << geometry.blockBits();
    }

    long get(long cluster) throws IOException {
        if (!hasBlock(cluster)) {
            return 0;
        }
        return block((int) (cluster >>> geometry.blockBits())).get(within(cluster));
    }

    /**
     * Sets a count; its block is there.
     *
     * @throws ImageException when the count is too great for its width
     */
    void set(long cluster, long count) throws IOException {
        if (count > geometry.maxRefcount()) {
            throw new ImageException("reference count of cluster %#x would be more than its %d bits can hold"
                    .formatted(cluster, 1 << geometry.refcountOrder()));
        }
        block((int) (cluster >>> geometry.blockBits())).set(within(cluster), count);
    }

    /** Counts one up; its block is there. */
    void increment(long cluster) throws IOException {
        set(cluster, get(cluster) + 1);
    }

    /** Counts one down; a count that is wrong already stays at zero. */
    long decrement(long cluster) throws IOException {
        long count = get(cluster);
        if (count > 0) {
            set(cluster, count - 1);
        }
        return Math.max(0, count - 1);
    }

    private int within(long cluster) {
        return (int) (cluster & ((1L << geometry.blockBits()) - 1));
    }

    private RefcountBlock block(int index) throws IOException {
        @Nullable RefcountBlock last = lastBlock;
        if (index == lastIndex && last != null) {
            return last;
        }
        @Nullable RefcountBlock block = blocks.get(index);
        if (block == null) {
            makeRoom();
            block = read(index);
            blocks.put(index, block);
        }
        lastIndex = index;
        lastBlock = block;
        return block;
    }

    private RefcountBlock read(int index) throws IOException {
        long offset = checkedOffset(index);
        byte[] bytes = new byte[geometry.clusterSize()];
        try (Buffers.Buffer buffer = buffers.take(bytes.length)) {
            BigEndian.readBytes(file, offset, buffer.memory());
            MemorySegment.copy(buffer.memory(), ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
        }
        return new RefcountBlock(bytes, geometry.refcountOrder());
    }

    private long checkedOffset(int index) throws ImageException {
        long offset = table[index];
        if (offset <= 0 || (offset & geometry.clusterMask()) != 0) {
            throw new DamagedException("Refblock offset %#x unaligned (reftable index: %#x)".formatted(offset, index));
        }
        return offset;
    }

    /** Lets the block go that was not used for longest. */
    private void makeRoom() throws IOException {
        if (blocks.size() < kept) {
            return;
        }
        Iterator<Map.Entry<Integer, RefcountBlock>> oldest = blocks.entrySet().iterator();
        Map.Entry<Integer, RefcountBlock> victim = oldest.next();
        write(victim.getKey(), victim.getValue());
        if (victim.getKey() == lastIndex) {
            lastIndex = -1;
            lastBlock = null;
        }
        oldest.remove();
    }

    private void write(int index, RefcountBlock block) throws IOException {
        if (!block.dirty()) {
            return;
        }
        long offset = checkedOffset(index);
        if (!areas.contains(offset >>> geometry.clusterBits())) {
            throw new DamagedException("refcount block %d at %#x is not what is there".formatted(index, offset));
        }
        MemorySegment changed = block.dirtyBytes();
        try (Buffers.Buffer buffer = buffers.take(changed.byteSize())) {
            buffer.memory().copyFrom(changed);
            file.write(offset + block.dirtyFrom(), IoVector.of(buffer.memory()));
        }
        block.clean();
    }

    /** Writes all that differ from the file. */
    void writeBlocks() throws IOException {
        for (Map.Entry<Integer, RefcountBlock> entry : blocks.entrySet()) {
            write(entry.getKey(), entry.getValue());
        }
    }

    boolean dirty() {
        return !unlinked.isEmpty() || blocks.values().stream().anyMatch(RefcountBlock::dirty);
    }

    /** Blocks that the table in the file does not name yet. */
    BitSet unlinked() {
        return (BitSet) unlinked.clone();
    }

    /** Writes entries of the table whose blocks are stable. */
    void link(BitSet stable) throws IOException {
        for (int i = stable.nextSetBit(0); i >= 0; i = stable.nextSetBit(i + 1)) {
            // The table may have moved meanwhile, and all entries with it.
            if (unlinked.get(i)) {
                BigEndian.writeTable(file, buffers, tableOffset + (long) i * Long.BYTES, new long[] {table[i]});
                unlinked.clear(i);
            }
        }
    }

    /**
     * Makes the block that counts a cluster, in the first cluster of those that it counts: these are all free.
     *
     * @throws NoSpaceException when the format can count no more
     */
    void addBlock(long cluster) throws IOException {
        long index = cluster >>> geometry.blockBits();
        if (index >= table.length) {
            growTable(index + 1);
        }
        if (table[(int) index] != 0) {
            return;
        }
        long place = index << geometry.blockBits();
        while (areas.contains(place)) {
            place++;
        }
        if (place >>> geometry.blockBits() != index) {
            throw new DamagedException("clusters that are in use have no reference counts");
        }
        put((int) index, place);
        unlinked.set((int) index);
    }

    private void put(int index, long place) throws IOException {
        makeRoom();
        RefcountBlock block = new RefcountBlock(new byte[geometry.clusterSize()], geometry.refcountOrder());
        block.allDirty();
        table[index] = place << geometry.clusterBits();
        areas.add(place);
        blocks.put(index, block);
        if (place >>> geometry.blockBits() == index) {
            block.set(within(place), 1);
        }
    }

    /**
     * Moves the table to behind all that it counts now, with blocks that count the new place. It is stable there before the header
     * names it.
     */
    private void growTable(long wanted) throws IOException {
        long perCluster = geometry.clusterSize() / Long.BYTES;
        long first = Math.max(reach(), geometry.clusters(file.length()));
        long perBlock = 1L << geometry.blockBits();
        long clusters = 0;
        long newBlocks = 0;
        long firstBlock = first >>> geometry.blockBits();
        long needed = Math.max(wanted, table.length + table.length / 2);
        while (true) {
            long end = first + clusters + newBlocks;
            long entries = Math.max(needed, Math.ceilDiv(end, perBlock));
            long moreClusters = Math.ceilDiv(entries, perCluster);
            long moreBlocks = Math.ceilDiv(end, perBlock) - firstBlock;
            if (moreClusters == clusters && moreBlocks == newBlocks) {
                break;
            }
            clusters = moreClusters;
            newBlocks = moreBlocks;
        }
        if (clusters << geometry.clusterBits() > MAX_TABLE_BYTES
                || first + clusters + newBlocks > geometry.maxClusters()) {
            throw new NoSpaceException("the image can't grow any more: its reference counts are at their limit");
        }
        long[] larger = new long[(int) (clusters * perCluster)];
        System.arraycopy(table, 0, larger, 0, table.length);
        long oldOffset = tableOffset;
        long oldClusters = tableClusters();
        long[] oldTable = table;
        table = larger;
        try {
            for (long i = 0; i < newBlocks; i++) {
                put((int) (firstBlock + i), first + clusters + i);
            }
            for (long cluster = first; cluster < first + clusters + newBlocks; cluster++) {
                set(cluster, 1);
            }
            writeBlocks();
            file.flush();
            BigEndian.writeTable(file, buffers, first << geometry.clusterBits(), table);
            file.flush();
            header.u64(Header.REFCOUNT_TABLE, first << geometry.clusterBits());
            header.u32(Header.REFCOUNT_TABLE + 8, (int) clusters);
            header.store(file, Header.REFCOUNT_TABLE, 12);
            file.flush();
        } catch (IOException | RuntimeException e) {
            abandon(oldTable, firstBlock, newBlocks, first + clusters);
            header.u64(Header.REFCOUNT_TABLE, oldOffset);
            header.u32(Header.REFCOUNT_TABLE + 8, (int) oldClusters);
            throw e;
        }
        tableOffset = first << geometry.clusterBits();
        areas.addAll(first, clusters);
        unlinked.clear();
        areas.removeAll(oldOffset >>> geometry.clusterBits(), oldClusters);
        for (long i = 0; i < oldClusters; i++) {
            decrement((oldOffset >>> geometry.clusterBits()) + i);
        }
    }

    /** A larger table could not be written: back to the former one. */
    private void abandon(long[] oldTable, long firstBlock, long newBlocks, long firstPlace) {
        table = oldTable;
        lastIndex = -1;
        lastBlock = null;
        for (long i = 0; i < newBlocks; i++) {
            blocks.remove((int) (firstBlock + i));
            areas.removeAll(firstPlace + i, 1);
        }
    }

    /** All offsets of refcount blocks, for {@link MetadataAreas}. */
    List<Long> places() throws ImageException {
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < table.length; i++) {
            if (table[i] != 0) {
                places.add(checkedOffset(i) >>> geometry.clusterBits());
            }
        }
        return places;
    }
}
