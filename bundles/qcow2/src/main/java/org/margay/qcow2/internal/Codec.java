package org.margay.qcow2.internal;

import java.lang.foreign.MemorySegment;
import org.margay.block.ImageException;

/** How the clusters of an image are compressed. Any thread. */
interface Codec {
    /**
     * Decompresses a cluster.
     *
     * @param source the data, and perhaps other bytes behind it; native memory
     * @param target filled
     * @throws ImageException when the data does not make a cluster
     */
    void decompress(MemorySegment source, MemorySegment target) throws ImageException;

    /**
     * Compresses a cluster.
     *
     * @return bytes in the target, or -1 when they are more than it takes
     */
    int compress(MemorySegment source, MemorySegment target);

    /** That of a type, as headers number them. */
    static Codec of(int type) {
        return type == 0 ? new DeflateCodec() : new ZstdCodec();
    }
}
