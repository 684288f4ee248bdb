package org.margay.qcow2.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.margay.block.ImageException;

/** How often clusters of the file are referred to, as counted by a check. */
final class CountMap {
    private static final int CHUNK_BITS = 16;

    /** Half a gibibyte of counts: with clusters of 64 KiB these are of 8 TiB in use. */
    private static final int MOST_CHUNKS = 2048;

    private final Map<Long, int[]> chunks = new HashMap<>();
    private long end;

    /**
     * Counts one up.
     *
     * @throws ImageException when there are more than can be kept
     */
    void add(long cluster) throws ImageException {
        int[] chunk = chunks.get(cluster >>> CHUNK_BITS);
        if (chunk == null) {
            if (chunks.size() >= MOST_CHUNKS) {
                throw new ImageException("the image is too large, or too scattered, to be checked");
            }
            chunk = new int[1 << CHUNK_BITS];
            chunks.put(cluster >>> CHUNK_BITS, chunk);
        }
        int index = (int) cluster & ((1 << CHUNK_BITS) - 1);
        if (chunk[index] < Integer.MAX_VALUE) {
            chunk[index]++;
        }
        end = Math.max(end, cluster + 1);
    }

    int get(long cluster) {
        int[] chunk = chunks.get(cluster >>> CHUNK_BITS);
        return chunk == null ? 0 : chunk[(int) cluster & ((1 << CHUNK_BITS) - 1)];
    }

    /** One more than the last cluster that was counted. */
    long end() {
        return end;
    }

    /**
     * Where anything was counted.
     *
     * @param bits how many clusters make a block, as a power of two
     * @return numbers of blocks, perhaps of some more
     */
    Set<Long> blocks(int bits) {
        Set<Long> blocks = new TreeSet<>();
        for (long chunk : chunks.keySet()) {
            long first = chunk << CHUNK_BITS >>> bits;
            long last = (Math.min(end, (chunk + 1) << CHUNK_BITS) - 1) >>> bits;
            for (long block = first; block <= last; block++) {
                blocks.add(block);
            }
        }
        return blocks;
    }
}
