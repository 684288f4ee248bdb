package org.margay.block;

import java.io.IOException;
import org.margay.memory.IoVector;

/** A node that hands everything on to the one below it, its name and its length included; subclasses say what they do differently. */
public abstract class FilterNode implements BlockNode {
    protected final BlockNode below;

    /** @param below closed with this one */
    protected FilterNode(BlockNode below) {
        this.below = below;
    }

    @Override
    public String driver() {
        return below.driver();
    }

    @Override
    public String filename() {
        return below.filename();
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
        below.read(offset, target);
    }

    @Override
    public boolean readNow(long offset, IoVector target) throws IOException {
        return below.readNow(offset, target);
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        below.write(offset, source);
    }

    @Override
    public boolean cachesWrites() {
        return below.cachesWrites();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        below.writeZeroes(offset, length, mayUnmap);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        below.discard(offset, length);
    }

    @Override
    public void flush() throws IOException {
        below.flush();
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        return below.extent(offset, length);
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
