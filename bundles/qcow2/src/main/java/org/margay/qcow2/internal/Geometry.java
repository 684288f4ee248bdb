package org.margay.qcow2.internal;

/**
 * The sizes that follow from an image's header.
 *
 * @param version 2 or 3
 * @param clusterBits 9 to 21: clusters of 512 bytes to 2 MiB
 * @param refcountOrder 0 to 6: reference counts of 1 to 64 bits
 */
record Geometry(int version, int clusterBits, int refcountOrder) {
    /** Bits of an offset in the file that an entry can hold. */
    private static final int HOST_OFFSET_BITS = 56;

    /** L2 tables are read in parts of at most 4 KiB: a random read needs no more of them. */
    private static final int SLICE_BITS = 9;

    int clusterSize() {
        return 1 << clusterBits;
    }

    /** What lies within a cluster. */
    long clusterMask() {
        return clusterSize() - 1L;
    }

    /** Entries of an L2 table, as a power of two. */
    int l2Bits() {
        return clusterBits - 3;
    }

    /** Entries of a slice of an L2 table, as a power of two. */
    int sliceBits() {
        return Math.min(l2Bits(), SLICE_BITS);
    }

    int sliceEntries() {
        return 1 << sliceBits();
    }

    int sliceBytes() {
        return sliceEntries() * Long.BYTES;
    }

    /** Clusters that a refcount block counts, as a power of two. */
    int blockBits() {
        return clusterBits + 3 - refcountOrder;
    }

    /** Greatest reference count. */
    long maxRefcount() {
        return refcountOrder == 6 ? Long.MAX_VALUE : (1L << (1 << refcountOrder)) - 1;
    }

    /** How many clusters of the file entries can point to. */
    long maxClusters() {
        return 1L << (HOST_OFFSET_BITS - clusterBits);
    }

    /** Clusters that so many bytes fill. */
    long clusters(long bytes) {
        return (bytes >>> clusterBits) + ((bytes & clusterMask()) == 0 ? 0 : 1);
    }

    /** L1 entries that so many bytes of a guest need. */
    long l1Entries(long bytes) {
        long clusters = clusters(bytes);
        long mask = (1L << l2Bits()) - 1;
        return (clusters >>> l2Bits()) + ((clusters & mask) == 0 ? 0 : 1);
    }
}
