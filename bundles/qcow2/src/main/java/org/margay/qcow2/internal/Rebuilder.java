package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.TreeSet;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.memory.IoVector;

/**
 * Makes the reference counts anew from the references that there are: behind all else in the file, so that the former ones stay
 * as they are until the header names the new ones.
 */
final class Rebuilder {
    private final BlockNode file;
    private final Buffers buffers;
    private final Header header;
    private final Geometry geometry;
    private final CountMap counts;

    /** @param counts without those of the former reference counts themselves */
    Rebuilder(BlockNode file, Buffers buffers, Header header, CountMap counts) {
        this.file = file;
        this.buffers = buffers;
        this.header = header;
        this.geometry = header.geometry();
        this.counts = counts;
    }

    void run() throws IOException {
        int blockBits = geometry.blockBits();
        long first = Math.max(geometry.clusters(file.length()), counts.end());
        TreeSet<Long> used = new TreeSet<>(counts.blocks(blockBits));
        long perCluster = geometry.clusterSize() / Long.BYTES;
        long tableClusters = 1;
        TreeSet<Long> blocks = used;
        while (true) {
            long end = first + tableClusters + blocks.size();
            TreeSet<Long> more = new TreeSet<>(used);
            for (long block = first >>> blockBits; block <= (end - 1) >>> blockBits; block++) {
                more.add(block);
            }
            long needed = Math.ceilDiv(more.last() + 1, perCluster);
            if (more.equals(blocks) && needed <= tableClusters) {
                break;
            }
            blocks = more;
            tableClusters = Math.max(tableClusters, needed);
        }
        if (tableClusters << geometry.clusterBits() > Refcounts.MAX_TABLE_BYTES) {
            throw new ImageException("the image needs more reference counts than there can be");
        }
        long[] table = new long[(int) (tableClusters * perCluster)];
        long end = first + tableClusters + blocks.size();
        long place = first + tableClusters;
        for (long block : blocks) {
            table[(int) block] = place << geometry.clusterBits();
            write(block, place, first, end);
            place++;
        }
        BigEndian.writeTable(file, buffers, first << geometry.clusterBits(), table);
        file.flush();
        header.u64(Header.REFCOUNT_TABLE, first << geometry.clusterBits());
        header.u32(Header.REFCOUNT_TABLE + 8, (int) tableClusters);
        header.store(file, Header.REFCOUNT_TABLE, 12);
        file.flush();
    }

    /** @param first of the clusters of the new counts themselves, up to an end */
    private void write(long block, long place, long first, long end) throws IOException {
        RefcountBlock content = new RefcountBlock(new byte[geometry.clusterSize()], geometry.refcountOrder());
        long from = block << geometry.blockBits();
        for (int i = 0; i < 1 << geometry.blockBits(); i++) {
            long cluster = from + i;
            long count = cluster >= first && cluster < end ? 1 : counts.get(cluster);
            if (count > geometry.maxRefcount()) {
                throw new ImageException("cluster %#x is in use %d times, which %d bits can't say"
                        .formatted(cluster, count, 1 << geometry.refcountOrder()));
            }
            if (count > 0) {
                content.set(i, count);
            }
        }
        content.allDirty();
        try (Buffers.Buffer buffer = buffers.take(geometry.clusterSize())) {
            MemorySegment memory = buffer.memory();
            memory.copyFrom(content.dirtyBytes());
            file.write(place << geometry.clusterBits(), IoVector.of(memory));
        }
    }
}
