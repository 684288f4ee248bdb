package org.margay.blkdebug.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.memory.IoVector;

/** A node whose requests fail when rules say so; all others go to the node below. */
final class BlkdebugNode implements BlockNode {
    private final String filename;
    private final BlockNode below;
    private final RuleEngine rules;

    BlkdebugNode(String filename, BlockNode below, RuleEngine rules) {
        this.filename = filename;
        this.below = below;
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
    public long length() {
        return below.length();
    }

    @Override
    public boolean readOnly() {
        return below.readOnly();
    }

    @Override
    public boolean growable() {
        return below.growable();
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        rules.raise(Event.READ_AIO, offset, target.size());
        below.read(offset, target);
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
    public void discard(long offset, long length) throws IOException {
        below.discard(offset, length);
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

    @Override
    public void resize(long length) throws IOException {
        below.resize(length);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return below.allocatedBytes();
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        below.reopen(readOnly);
    }

    @Override
    public void close() throws IOException {
        below.close();
    }
}
