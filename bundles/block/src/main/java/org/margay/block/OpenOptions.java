package org.margay.block;

/**
 * How nodes are opened.
 *
 * @param readOnly no writes
 * @param cache how writes reach the host's disk
 * @param share whether others may write the file at the same time: no lock is taken (qemu-img's -U)
 * @param backing whether backing files are opened too
 * @param repair whether formats may mend what an unclean end has left, such as reference counts; never for a look only
 */
public record OpenOptions(boolean readOnly, CacheMode cache, boolean share, boolean backing, boolean repair) {
    public static final OpenOptions READ_ONLY = new OpenOptions(true, CacheMode.WRITEBACK, false, true, false);
    public static final OpenOptions READ_WRITE = new OpenOptions(false, CacheMode.WRITEBACK, false, true, true);

    public OpenOptions withReadOnly(boolean change) {
        return new OpenOptions(change, cache, share, backing, repair);
    }

    public OpenOptions withBacking(boolean change) {
        return new OpenOptions(readOnly, cache, share, change, repair);
    }

    public OpenOptions withCache(CacheMode change) {
        return new OpenOptions(readOnly, change, share, backing, repair);
    }

    public OpenOptions withShare(boolean change) {
        return new OpenOptions(readOnly, cache, change, backing, repair);
    }
}
