package org.margay.nbd.internal;

/**
 * What a server said of an export.
 *
 * @param length bytes
 * @param flags of transmission
 * @param minimumBlock bytes of which offsets and lengths must be multiples, a power of two
 * @param maximumBlock most bytes of a request with data
 * @param structured whether replies may come in chunks
 * @param allocation whether the server tells what is allocated (context base:allocation)
 */
record NbdExport(long length, int flags, int minimumBlock, int maximumBlock, boolean structured, boolean allocation) {
    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
