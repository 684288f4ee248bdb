package org.margay.blkdebug.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.FilterNode;
import org.margay.memory.IoVector;

/** A node whose requests fail when rules say so; all others go to the node below. */
final class BlkdebugNode extends FilterNode {
    private final String filename;
    private final RuleEngine rules;

    BlkdebugNode(String filename, BlockNode below, RuleEngine rules) {
        super(below);
        this.filename = filename;
        this.rules = rules;
    }

    @Override
    public String driver() {
        return "blkdebug";
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        rules.raise(Event.READ_AIO, offset, target.size());
        below.read(offset, target);
    }

    /** Reads may have to fail, and wait their turn for that. */
    @Override
    public boolean readNow(long offset, IoVector target) {
        return false;
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        rules.raise(Event.PWRITEV, offset, source.size());
        rules.raise(Event.WRITE_AIO, offset, source.size());
        below.write(offset, source);
        rules.raise(Event.PWRITEV_DONE, offset, source.size());
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        rules.raise(Event.PWRITEV_ZERO, offset, length);
        rules.raise(Event.WRITE_AIO, offset, length);
        below.writeZeroes(offset, length, mayUnmap);
        rules.raise(Event.PWRITEV_DONE, offset, length);
    }

    @Override
    public void flush() throws IOException {
        rules.raise(Event.FLUSH_TO_OS, 0, length());
        rules.raise(Event.FLUSH_TO_DISK, 0, length());
        below.flush();
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Extent found = below.extent(offset, length);
        return found.kind() == Extent.Kind.DATA ? Extent.data(found.length(), offset) : found;
    }
}
